"""Closed periods: until when nothing more can be posted."""

from django.db import models


class ClosedPeriod(models.Model):
    """Everything before `closed_until` is closed: no journal takes effect there any more.

    Rows are only added, each later than those before; the latest counts.
    """

    closed_until = models.DateTimeField()
    closed_at = models.DateTimeField()
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["closed_until"], name="ledger_closedperiod_until_unique"),
            models.CheckConstraint(
                condition=models.Q(closed_until__lte=models.F("closed_at")),
                name="ledger_closedperiod_in_the_past",
            ),
        )

    def __str__(self) -> str:
        return f"closed until {self.closed_until:%Y-%m-%d %H:%M}"
