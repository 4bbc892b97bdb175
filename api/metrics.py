"""Metrics for a monitoring system, in the text format of Prometheus, behind a token of their own.

They are read from the database when they are asked for, so every web process gives the same answer.
"""

from collections.abc import Iterator
from datetime import datetime
from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from api.errors import NotAuthenticated, NotFound
from api.problems import Problem, problem_response
from ledger.models import Verification
from ledger.selectors import get_sealed_part, get_verification_state
from tenancy import for_the_reserve

PREFIX = "Bearer "


class LedgerMetrics(Collector):
    """Whether the ledger is known to be right, and how far it is sealed."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every figure, read now."""
        state, sealed = get_verification_state(), get_sealed_part()
        yield _gauge("alarm", "1 while an alarm of the ledger stands, else 0.", int(state.is_alarmed))
        yield _gauge("verified_journal", "Last journal verified clean.", state.verified_journal)
        yield _gauge("sealed_journal", "Last journal number that is sealed.", sealed.last_journal)
        yield _gauge("seal_number", "Number of the last seal.", sealed.seal_number)
        yield _gauge("unsealed_journals", "Journals that are not sealed yet.", sealed.unsealed_journals)
        yield _gauge(
            "unsealed_since_seconds",
            "When the oldest journal that is not sealed was recorded, since 1970; 0 if all are.",
            _seconds(sealed.unsealed_since),
        )
        yield from _of_runs({"any": state.last, "full": state.last_full})


def _of_runs(runs: dict[str, Verification | None]) -> Iterator[GaugeMetricFamily]:
    finished = GaugeMetricFamily(
        "strongroom_ledger_verification_finished_seconds",
        "When the latest verification of this kind ended, since 1970; 0 before the first.",
        labels=["kind"],
    )
    found = GaugeMetricFamily(
        "strongroom_ledger_verification_findings",
        "Findings of the latest verification of this kind that nobody has acknowledged.",
        labels=["kind"],
    )
    for kind, run in runs.items():
        finished.add_metric([kind], _seconds(run.finished_at if run else None))
        found.add_metric([kind], run.unknown_count if run else 0)
    yield finished
    yield found


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"strongroom_ledger_{name}", meaning, value=value)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0


REGISTRY = CollectorRegistry(auto_describe=False)
REGISTRY.register(LedgerMetrics())


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics: 404 where no token is set, 401 without it."""
    token = settings.STRONGROOM_METRICS_TOKEN
    if not token:
        return problem_response(Problem(NotFound.code, "There is nothing here that you may see."))
    sent = request.headers.get("Authorization", "")
    if not compare_digest(sent.encode(), f"{PREFIX}{token}".encode()):
        return problem_response(Problem(NotAuthenticated.code, "Send the token of the metrics."))
    with for_the_reserve():
        text = generate_latest(REGISTRY)
    response = HttpResponse(text, content_type=CONTENT_TYPE_LATEST)
    response["Cache-Control"] = "no-store"
    return response
