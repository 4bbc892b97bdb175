"""The parameters the reserve is run by, version by version."""

import uuid

from django.db import models

from governance.models.proposals import Proposal
from governance.models.users import User


class PolicyVersion(models.Model):
    """One complete set of policy values, in force from an instant until a later version's.

    Rows are append-only by privilege. Version 1 is the set of defaults that the program documents;
    every later one was proposed by one person and approved by another.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    effective_from = models.DateTimeField()
    values = models.JSONField()
    origin = models.TextField()
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, null=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(number=1)
                | (
                    models.Q(proposed_by__isnull=False, approved_by__isnull=False, proposal__isnull=False)
                    & ~models.Q(proposed_by=models.F("approved_by"))
                ),
                name="governance_policyversion_two_people",
            ),
        )
        indexes = (models.Index(fields=["-effective_from", "-number"], name="governance_policyversion_at"),)

    def __str__(self) -> str:
        return f"policy {self.number}"
