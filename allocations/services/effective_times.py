"""When a step took effect: not before what it follows from, and not in the future."""

from datetime import datetime

from django.utils import timezone

from allocations.errors import EffectiveAtOutOfRange


def require_effective(*, effective_at: datetime, not_before: datetime, field: str = "effective_at") -> None:
    """Raise EffectiveAtOutOfRange unless the time lies between `not_before` and now, both included."""
    now = timezone.now()
    if not not_before <= effective_at <= now:
        raise EffectiveAtOutOfRange(
            "A step takes effect no earlier than what it follows from, and not in the future.",
            field=field,
            earliest=not_before.isoformat(),
            latest=now.isoformat(),
        )
