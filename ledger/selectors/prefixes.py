"""Accounts under a path: a range of the bytewise index, so that no character of a prefix has a meaning."""

UNDER = "account.path >= %(prefix)s and account.path < %(prefix_end)s"

NAMED = "account.path = any(%(paths)s)"

_LAST_CHARACTER = "\U0010ffff"


def range_of(prefix: str) -> dict[str, str]:
    """Parameters of `UNDER`. End a prefix with "/", else "custody/1" also finds "custody/10"."""
    return {"prefix": prefix, "prefix_end": prefix + _LAST_CHARACTER}
