"""What a text must be so that the database can store it and the canonical bytes can hold it."""

import re

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(text: object, *, longest: int, shortest: int = 1) -> bool:
    """Whether it is a text of this length without a null character or half a surrogate pair."""
    return isinstance(text, str) and shortest <= len(text) <= longest and not _UNSTORABLE.search(text)
