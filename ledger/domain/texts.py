"""What a text must be so that the database can store it and the canonical bytes can hold it."""

import re
from functools import lru_cache

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(text: object, *, longest: int, shortest: int = 1) -> bool:
    """Whether it is a text of this length without a null character or half a surrogate pair."""
    if not isinstance(text, str) or not shortest <= len(text) <= longest:
        return False
    # Nearly every text is plain ASCII, for which the shorter look is several times faster.
    return "\0" not in text if text.isascii() else not _UNSTORABLE.search(text)


@lru_cache(maxsize=8192)
def is_storable_word(word: str, longest: int) -> bool:
    """The same for a text that comes again and again, such as a kind or a path: looked at once."""
    return is_storable(word, longest=longest)
