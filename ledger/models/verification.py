"""Verifications, what they found, and the alarms that came of it: rows that are only added."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class Verification(models.Model):
    """One verification and what it found. `full` looked at everything, `new` at what came since.

    Times are the database's. `verified_journal` is the last journal looked at. `findings` holds the
    first of them; `unknown_count` counts those that nobody has acknowledged with an alarm.
    """

    class Kind(models.TextChoices):
        FULL = "full"
        NEW = "new"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    verified_journal = models.BigIntegerField()
    finding_count = models.IntegerField()
    unknown_count = models.IntegerField()
    findings = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["full", "new"]), name="ledger_verification_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(unknown_count__gte=0) & Q(finding_count__gte=models.F("unknown_count")),
                name="ledger_verification_counts_fit",
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=Q(unknown_count=0), name="ledger_verification_clean"),
        )

    def __str__(self) -> str:
        return f"{self.kind} verification {self.id}"

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found but what was acknowledged."""
        return self.unknown_count == 0


class Alarm(models.Model):
    """Raised by a verification that found something new; stands until it has an end."""

    raised_by = models.OneToOneField(Verification, on_delete=models.PROTECT, related_name="alarm")
    raised_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"alarm {self.id}"


class AlarmEnd(models.Model):
    """Why an alarm stands no more: a later full verification was clean, or somebody acknowledged it.

    `verification` is the clean one, or the last one whose findings are acknowledged with the alarm.
    `acknowledged_by` is a user's identifier; the ledger knows no users, so it is no foreign key.
    """

    alarm = models.OneToOneField(Alarm, on_delete=models.PROTECT, primary_key=True, related_name="end")
    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()
    acknowledged_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=True, reason="")
                | (Q(acknowledged_by__isnull=False) & ~Q(reason="")),
                name="ledger_alarmend_reason_of_who",
            ),
        )

    def __str__(self) -> str:
        return f"end of alarm {self.alarm_id}"
