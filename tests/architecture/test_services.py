"""Services are keyword-only functions with a verb first; what an app offers is documented."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.architecture.tree import DOMAIN_APPS

# A new verb is added here on purpose: one word per thing everywhere.
# fmt: off
VERBS = {
    "accept", "accrue", "acknowledge", "activate", "add", "allow", "apply", "approve", "attribute",
    "award", "bring", "cancel", "charge", "claim", "clear", "close", "compare", "complete", "compute",
    "create", "deactivate", "declare", "define", "delegate", "deliver", "discard", "dispatch", "draw",
    "end", "enqueue", "exit", "expire", "fail", "finalise", "find", "grant", "import", "issue", "keep",
    "lend", "lock", "make", "move", "open", "pay", "place", "post", "preview", "propose", "quote",
    "receive", "record", "refuse", "register", "reinstate", "reject", "release", "renew", "replay",
    "replenish", "require", "restore", "return", "reverse", "revoke", "roll", "rotate", "run", "screen",
    "seal", "set", "settle", "sign", "split", "start", "stop", "submit", "suspend", "sweep", "verify",
    "void", "withdraw",
}
# fmt: on


def _offered_services() -> Iterator[tuple[str, Callable[..., Any]]]:
    for app in DOMAIN_APPS:
        for name, value in _offered_by(app).items():
            if inspect.isfunction(inspect.unwrap(value)):
                yield f"{app}.services.{name}", inspect.unwrap(value)


def _offered_by(app: str) -> dict[str, Any]:
    try:
        module = importlib.import_module(f"{app}.services")
    except ModuleNotFoundError:
        return {}
    return {name: getattr(module, name) for name in getattr(module, "__all__", ())}


SERVICES = dict(_offered_services())


@pytest.mark.parametrize("app", DOMAIN_APPS)
def test_every_app_says_what_it_offers(app: str) -> None:
    assert _offered_by(app), f"{app}/services/__init__.py has no __all__"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_takes_keywords_only(name: str) -> None:
    kinds = {parameter.kind for parameter in inspect.signature(SERVICES[name]).parameters.values()}

    assert kinds <= {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_begins_with_a_verb(name: str) -> None:
    assert SERVICES[name].__name__.split("_")[0] in VERBS


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_says_what_it_does(name: str) -> None:
    assert inspect.getdoc(SERVICES[name])
