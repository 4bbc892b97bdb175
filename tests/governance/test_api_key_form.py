"""The form of a key and its checksum: fixed vectors, and whatever a typist or a copy does to a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.api_keys import (
    ALPHABET,
    SECRET_LENGTH,
    KeyParts,
    checksum_of,
    format_api_key,
    is_mistyped,
    parse_api_key,
)

prefixes = st.text("0123456789abcdef", min_size=12, max_size=12)
secrets = st.text(ALPHABET, min_size=SECRET_LENGTH, max_size=SECRET_LENGTH)
keys = st.builds(format_api_key, prefixes, secrets)


# Computed bit by bit with the polynomial 0xEDB88320; the first is the check value of CRC-32, 0xCBF43926.
@pytest.mark.parametrize(
    ("text", "checksum"),
    [
        ("123456789", "3jZRME"),
        ("", "000000"),
        ("sr_000000000000_" + "0" * 43, "1TJ35D"),
        ("sr_0123456789ab_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq", "0kFLwr"),
        ("sr_ffffffffffff_" + "z" * 43, "2rSHkn"),
    ],
)
def test_vectors(text: str, checksum: str) -> None:
    assert checksum_of(text) == checksum


def test_the_alphabet_is_fixed() -> None:
    assert len(set(ALPHABET)) == 62
    assert "".join(sorted(ALPHABET)) == ALPHABET


@given(prefixes, secrets)
def test_a_key_is_read_as_it_was_written(prefix: str, secret: str) -> None:
    text = format_api_key(prefix, secret)
    assert parse_api_key(text) == KeyParts(prefix, text)
    assert not is_mistyped(text)


@given(keys, st.data())
def test_one_wrong_character_is_always_seen(text: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda character: character != text[index]))
    changed = text[:index] + other + text[index + 1 :]
    assert parse_api_key(changed) is None
    assert is_mistyped(changed) == changed.lower().startswith("sr_")


@given(keys, st.data())
def test_two_neighbours_in_the_wrong_order_are_always_seen(text: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(text) - 2))
    swapped = text[:index] + text[index + 1] + text[index] + text[index + 2 :]
    assert (parse_api_key(swapped) is None) == (swapped != text)


@given(keys, st.data())
def test_a_key_that_was_cut_or_copied_with_more_is_seen(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert (parse_api_key(text[start:end]) is None) == (text[start:end] != text)
    assert parse_api_key(text + data.draw(st.text(min_size=1))) is None


@given(st.text())
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert parse_api_key(text) is None
    assert is_mistyped("sr_" + text)
    assert not is_mistyped("x" + text)
