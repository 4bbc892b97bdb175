"""Who, on what terms: firms, agreements, commitments, attribution."""

from members.models.agreements import Agreement, Commitment
from members.models.attributions import AttributionLine, AttributionRun
from members.models.firms import AffiliateGroup, AnnualUse, Firm, FirmTransition, FirmUser
from members.models.position_losses import PositionLoss
from members.models.rights_transfers import RightsTransfer

__all__ = [
    "AffiliateGroup",
    "Agreement",
    "AnnualUse",
    "AttributionLine",
    "AttributionRun",
    "Commitment",
    "Firm",
    "FirmTransition",
    "FirmUser",
    "PositionLoss",
    "RightsTransfer",
]
