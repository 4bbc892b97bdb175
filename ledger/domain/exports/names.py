"""Names in plain-text accounting files: every path and every book has one of its own, and it leads back.

hledger: a path's components are joined by ":"; what is neither a letter, a digit nor one of "-._" stands
as the percent-encoding of its UTF-8 bytes; an empty component is "%00" (a path has no null character).

beancount: a root by the first component, then the components. A component may have ASCII letters and
digits only and begins with a capital or a digit, so its first letter is made a capital, "-" is written
"--", and any other character is its code point in hexadecimal between two "-". A component that began
with a capital ends with "-". One that began with neither a letter nor a digit, or is empty, begins with
"0" and ends with "-".

docs/algorithms/exports.md has the same rules with examples.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

from ledger.domain.quantities import format_usd

DEFAULT_ROOT = "Assets"
ROOTS = {
    "commitments": "Equity",
    "deposit": "Liabilities",
    "expense": "Expenses",
    "income": "Income",
    "issued": "Equity",
    "loan": "Liabilities",
    "obligations": "Equity",
    "outside": "Equity",
    "payable": "Liabilities",
    "private": "Equity",
}
"""beancount's root of an account by the first component of its path; any other is an asset."""

# Names are asked for again and again; so many are remembered, whatever the number of accounts.
REMEMBERED = 65_536

_CURRENCY_BOOK = re.compile(r"money:([A-Z]{3})")
_PLAIN_CODE = re.compile(r"[a-z0-9]+([:-][a-z0-9]+)*", re.ASCII)
_PREFIXES = {"g": "G", "cent": "CENT"}
_ESCAPED = re.compile(r"-([0-9a-f]*)-")


def commodity_of(*, number: int, code: str, unit: str) -> str:
    """What amounts of the book are called. Two books never share it, so that nothing adds them up."""
    if unit == "cent" and (currency := _CURRENCY_BOOK.fullmatch(code)):
        return currency[1]
    if _PLAIN_CODE.fullmatch(code):
        return f"{_PREFIXES[unit]}-{code.upper().replace(':', '.')}"
    return f"{_PREFIXES[unit]}.{number}"


def amount_text(amount: int, unit: str) -> str:
    """Grams as a whole number, cents with two decimals."""
    return format_usd(amount) if unit == "cent" else str(amount)


@lru_cache(maxsize=REMEMBERED)
def hledger_account(path: str) -> str:
    """The path's name in hledger."""
    return ":".join(_percent(component) for component in path.split("/"))


def path_of_hledger_account(account: str) -> str:
    """The path whose name in hledger this is."""
    return "/".join(unquote(component).replace("\0", "") for component in account.split(":"))


@lru_cache(maxsize=REMEMBERED)
def beancount_account(path: str) -> str:
    """The path's name in beancount."""
    components = path.split("/")
    root = ROOTS.get(components[0], DEFAULT_ROOT)
    return ":".join((root, *(_capitalised(component) for component in components)))


def path_of_beancount_account(account: str) -> str:
    """The path whose name in beancount this is."""
    return "/".join(_component_of(name) for name in account.split(":")[1:])


def _percent(component: str) -> str:
    if not component:
        return "%00"
    return "".join(
        character if character.isalnum() or character in "-._" else _percent_bytes(character)
        for character in component
    )


def _percent_bytes(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _capitalised(component: str) -> str:
    name = "".join(_without_punctuation(character) for character in component)
    first = component[:1]
    if not (first.isascii() and first.isalnum()):
        return f"0{name}-"
    return f"{name}-" if first.isupper() else name[0].upper() + name[1:]


def _without_punctuation(character: str) -> str:
    if character == "-":
        return "--"
    return character if character.isascii() and character.isalnum() else f"-{ord(character):x}-"


def _component_of(name: str) -> str:
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "-", name)
    if not _ESCAPED.sub("", name).endswith("-"):
        return text[0].lower() + text[1:]
    return text[1:-1] if name.startswith("0") else text[:-1]
