"""Equal values have equal bytes, and what JSON can't hold exactly is refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.domain.canonical_json import canonical_json, sha256_of_json

SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=20
)


def test_known_bytes_and_hash() -> None:
    value = {"b": [1, None, True], "a": {"z": "é", "y": "412.5"}}
    assert canonical_json(value) == '{"a":{"y":"412.5","z":"é"},"b":[1,null,true]}'.encode()
    assert sha256_of_json({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


# The very first run of a machine builds the table of characters, which counts as slow.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), VALUES))
def test_the_order_of_names_does_not_matter(value: dict[str, Any]) -> None:
    turned = dict(reversed(list(value.items())))
    assert canonical_json(turned) == canonical_json(value)


@pytest.mark.parametrize("value", [1.5, float("nan"), Decimal("1.5"), {"a": [0.1]}, {1: "a"}, b"a", {"a"}])
def test_what_has_no_exact_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)
