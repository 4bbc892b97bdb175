"""Every refusal the service can answer with: code, status, what it means, what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from django.apps import apps
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import module_has_submodule
from django.views.decorators.http import require_safe

from api.errors import NotFound
from api.problems import Problem, problem_response, problem_type, status_of, title_of
from errors import Refusal

_ADVICE_BY_STATUS = {
    400: "Correct the input and send it again.",
    401: "Sign in again.",
    403: "Ask somebody who may.",
    404: "Check the identifier.",
    409: "Read the current state, then decide whether to try again.",
    422: "Ask for something the rules allow.",
    500: "Try again; report it if it stays.",
    503: "Try again.",
}


@dataclass(frozen=True)
class Entry:
    """One code as it is documented."""

    code: str
    status: int
    meaning: str
    advice: str


def refusal_classes() -> list[type[Refusal]]:
    """Every refusal of the service's own apps, lowest app first."""
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "errors"):
            import_module(f"{config.name}.errors")
    return [item for item in _subclasses(Refusal) if not item.__module__.startswith("tests.")]


def entries() -> list[Entry]:
    """One entry per code, by code."""
    by_code = {item.code: item for item in refusal_classes()}
    return [_entry(by_code[code]) for code in sorted(by_code)]


@require_safe
def problem_types(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """All kinds of problems."""
    return JsonResponse({"items": [_body(entry) for entry in entries()]})


@require_safe
def problem_kind(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """What one kind of problem means: the address in a problem's `type` leads here."""
    for entry in entries():
        if entry.code == code:
            return JsonResponse(_body(entry))
    return problem_response(Problem(NotFound.code, "There is no such kind of problem."))


_PAGE_HEAD = """# Errors

Every refusal has a stable code. Over REST it comes as problem details (RFC 9457) with the status below,
on the command line with an exit code that isn't zero. `GET /api/problems` gives this table as JSON.
Written by `manage.py write_api_documents` from the classes in each app's `errors.py`; a test compares.

| code | HTTP status | meaning | what to do |
|---|---|---|---|
"""


def errors_page() -> str:
    """The table of all refusals as Markdown: docs/errors.md."""
    rows = [f"| `{item.code}` | {item.status} | {item.meaning} | {item.advice} |" for item in entries()]
    return _PAGE_HEAD + "\n".join(rows).replace("\\", "") + "\n"


def _entry(item: type[Refusal]) -> Entry:
    text = " ".join((item.__doc__ or "").split())
    meaning, _, advice = text.partition(". ")
    status = status_of(item.code)
    return Entry(item.code, status, meaning.rstrip(".") + ".", advice or _ADVICE_BY_STATUS[status])


def _body(entry: Entry) -> dict[str, object]:
    return {
        "type": problem_type(entry.code),
        "title": title_of(entry.code),
        "code": entry.code,
        "status": entry.status,
        "meaning": entry.meaning,
        "advice": entry.advice,
    }


def _subclasses(item: type[Refusal]) -> Iterator[type[Refusal]]:
    for sub in item.__subclasses__():
        if "code" in vars(sub):
            yield sub
        yield from _subclasses(sub)
