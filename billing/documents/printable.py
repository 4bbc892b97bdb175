"""Text that the documents' face can print.

A tagged PDF must not hold a character that its face has no glyph for, and typst refuses to make one. The
face covers Latin, Greek and Cyrillic; any other character is printed as a question mark. Firms are
identified by their LEI beside the name.
"""

import re
import unicodedata
from collections.abc import Mapping

_UNPRINTABLE = re.compile(
    "[^"
    "\\u0020-\\u007e\\u00a0-\\u023f"  # Latin
    "\\u0384-\\u038a\\u038c\\u038e-\\u03a1\\u03a3-\\u03ce"  # Greek
    "\\u0400-\\u045f\\u0490-\\u04c4"  # Cyrillic
    "\\u1e00-\\u1e9b\\u1ea0-\\u1ef9"  # Latin with several marks
    "\\u2010-\\u2027\\u2030-\\u2037\\u2039-\\u203e"  # dashes, quotation marks
    "\\u2070\\u2071\\u2074-\\u208e\\u20ac\\u2116\\u2122"  # small figures, euro, numero, trade mark
    "]"
)


def printable(value: object) -> object:
    """The same JSON value with every text made printable; keys stay as they are."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("?", unicodedata.normalize("NFC", value))
    if isinstance(value, Mapping):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value
