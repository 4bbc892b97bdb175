"""How large a calculation a web request may ask for. The command line takes any size."""

from api.errors import TooManyItems
from intake.errors import NumberTooLong

LONGEST_NUMBER = 40
"""Characters of a number. Fractions of longer ones make results that grow without bound."""
MOST_ITEMS = 100
"""Claims, moves or rates. Fractions over many different denominators cost more time than a request has."""

_TEXT_FIELDS = frozenset(
    ("id", "group", "selective", "submitted_at", "rule", "inner_rule", "rounding", "minimum_policy")
)


def require_modest(document: object) -> object:
    """The document, if it is small enough to be answered at once. Raises NumberTooLong, TooManyItems."""
    waiting: list[tuple[str | None, object]] = [(None, document)]
    while waiting:
        field, value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.items()
        elif isinstance(value, list):
            if len(value) > MOST_ITEMS:
                raise TooManyItems(f"At most {MOST_ITEMS} items.", field=field, limit=MOST_ITEMS)
            waiting += ((field, item) for item in value)
        elif field not in _TEXT_FIELDS and len(str(value)) > LONGEST_NUMBER:
            raise NumberTooLong(f"At most {LONGEST_NUMBER} characters.", field=field)
    return document
