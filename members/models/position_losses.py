"""What members' positions lost by write-offs."""

from django.db import models
from django.db.models import Q

from members.models.firms import Firm
from reserve.models import StockLoss


class PositionLoss(models.Model):
    """Grams of a firm's position that were written off; its duty to buy as much is open again."""

    loss = models.ForeignKey(StockLoss, on_delete=models.PROTECT, related_name="position_losses")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="position_losses")
    quantity_g = models.BigIntegerField()

    class Meta:
        ordering = ("loss", "firm")
        constraints = (
            models.UniqueConstraint(fields=["loss", "firm"], name="members_positionloss_one_per_firm"),
            models.CheckConstraint(
                condition=Q(quantity_g__gt=0), name="members_positionloss_quantity_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity_g} g of {self.firm_id}"
