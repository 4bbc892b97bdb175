"""Payloads and results hold what JSON keeps exactly: no floats, no dates, no keys but text."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.domain.payloads import find_unfit_value, require_fit
from jobs.errors import MalformedJob

SCALARS = st.none() | st.booleans() | st.integers() | st.text()
FIT = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(st.dictionaries(st.text(), FIT))
def test_what_is_fit_comes_back_as_it_was(payload: dict[str, Any]) -> None:
    assert require_fit(payload) == payload


@pytest.mark.parametrize("unfit", [0.1, Decimal("0.1"), date(2026, 1, 31), uuid4(), b"x", {1: 2}, {"a"}])
def test_an_unfit_value_is_refused_with_its_place(unfit: Any) -> None:
    with pytest.raises(MalformedJob, match=r"at \.lots\.1\.mass"):
        require_fit({"lots": [{"mass": 1}, {"mass": unfit}]})


def test_tuples_become_lists_as_they_will_be_read_back() -> None:
    assert require_fit({"pair": (1, 2)}) == {"pair": [1, 2]}


def test_nothing_is_found_in_a_fit_value() -> None:
    assert find_unfit_value({"a": [None, True, 1, "x", {}]}) is None
