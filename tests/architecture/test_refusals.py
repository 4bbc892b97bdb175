"""Refusals are a closed list: one class per cause, each with a code of its own, in its app's `errors.py`
(or beside it, such as `loan_errors.py`)."""

import importlib
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from errors import Refusal
from tests.architecture.tree import APPS, ROOT


@cache
def _refusals() -> tuple[type[Refusal], ...]:
    for app in APPS:
        for file in (ROOT / app).glob("*errors.py"):
            importlib.import_module(f"{app}.{file.stem}")
    return tuple({refusal for refusal in _below(Refusal) if not refusal.__module__.startswith("tests.")})


def _below(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for refusal in base.__subclasses__():
        yield refusal
        yield from _below(refusal)


def test_there_are_refusals() -> None:
    assert len(_refusals()) > 20


def test_no_two_causes_share_a_code() -> None:
    own = [refusal.code for refusal in _refusals() if "code" in vars(refusal)]

    assert [code for code, count in Counter(own).items() if count > 1] == []


def test_codes_are_snake_case() -> None:
    codes = [refusal.code for refusal in _refusals() if "code" in vars(refusal)]

    assert [code for code in codes if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", code)] == []


def test_refusals_live_where_they_are_looked_for() -> None:
    homes = {f"{app}.{file.stem}" for app in APPS for file in (ROOT / app).glob("*errors.py")}
    homes.add("errors.refusal")

    assert [str(refusal) for refusal in _refusals() if refusal.__module__ not in homes] == []


def test_refusals_say_what_they_mean() -> None:
    silent = [
        str(refusal)
        for refusal in _refusals()
        if not (refusal.__doc__ or "").strip() or refusal.__doc__ == inspect.getdoc(Refusal)
    ]

    assert silent == []
