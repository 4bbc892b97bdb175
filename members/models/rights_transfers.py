"""Sales of rights from one member to another."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from members.models.agreements import Commitment
from members.models.firms import Firm


class RightsTransfer(models.Model):
    """A part of a commitment that another member took over, with the stock that was attributed to it.

    `quantity_g` are the grams committed, `position_g` those of them that were in the seller's position.
    The buyer's part is a commitment of its own, at the seller's price and conditions.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="transfers")
    taken_over_as = models.OneToOneField(Commitment, on_delete=models.PROTECT, related_name="taken_over_in")
    from_firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    to_firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    quantity_g = models.BigIntegerField()
    position_g = models.BigIntegerField()
    reason = models.TextField()
    proposal = models.OneToOneField("governance.Proposal", on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    effective_at = models.DateTimeField()
    journal_id = models.BigIntegerField()

    class Meta:
        ordering = ("effective_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity_g__gt=0), name="members_rightstransfer_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(position_g__gte=0, position_g__lte=F("quantity_g")),
                name="members_rightstransfer_position_within",
            ),
            models.CheckConstraint(
                condition=~Q(from_firm=F("to_firm")), name="members_rightstransfer_two_firms"
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity_g} g of {self.commitment_id} to {self.to_firm_id}"
