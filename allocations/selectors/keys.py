"""Keys from outside: a text that is no key finds nothing, like a key that nothing has."""

from uuid import UUID


def uuid_or_none(text: UUID | str) -> UUID | None:
    """The key, or None for a text that is none."""
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None


def keys_of(text: UUID | str) -> list[UUID]:
    """The key as a list to filter by; empty for a text that is none."""
    key = uuid_or_none(text)
    return [] if key is None else [key]
