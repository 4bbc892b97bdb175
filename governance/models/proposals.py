"""What one person proposed and a second person decides."""

import uuid

from django.db import models

from governance.models.api_keys import ApiKey
from governance.models.users import User


class Proposal(models.Model):
    """One action on one subject, frozen as it was proposed, waiting for a second person.

    What was proposed can't be changed afterwards: the service role may update only the columns of
    the decision (migrations 0003 and 0004). `before` is how the subject stood when it was proposed, empty
    where the step doesn't say; `authority` the persons whose authority the proposal rests on.
    """

    class State(models.TextChoices):
        OPEN = "open"
        APPROVED = "approved"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=120)
    payload = models.JSONField()
    payload_sha256 = models.CharField(max_length=64)
    before = models.JSONField(null=True)
    before_sha256 = models.CharField(max_length=64, default="", db_default="", blank=True)
    difference = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    authority = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, default=State.OPEN)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_with_key = models.ForeignKey(
        ApiKey, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_person = models.UUIDField(null=True)
    decided_with_key = models.ForeignKey(
        ApiKey, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("proposed_by")),
                name="governance_proposal_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["approved", "rejected"], decided_by__isnull=False)
                | models.Q(state__in=["open", "withdrawn", "expired"], decided_by__isnull=True),
                name="governance_proposal_decision_names_who",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at__isnull=True)
                | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
                name="governance_proposal_decision_has_time",
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=models.Q(state="open"),
                name="governance_proposal_one_open",
            ),
        )
        indexes = (models.Index(fields=["state", "proposed_at", "id"], name="governance_proposal_list"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type}:{self.subject_id} ({self.state})"
