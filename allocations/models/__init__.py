"""Who gets what: disruptions, rounds and their awards, drawdowns and their replenishment."""

from allocations.models.disruptions import Disruption, DisruptionMaterial
from allocations.models.drawdowns import Drawdown, DrawdownTransition, Replenishment
from allocations.models.rounds import Award, Round, RoundMaterial, RoundRequest, RoundSnapshot

__all__ = [
    "Award",
    "Disruption",
    "DisruptionMaterial",
    "Drawdown",
    "DrawdownTransition",
    "Replenishment",
    "Round",
    "RoundMaterial",
    "RoundRequest",
    "RoundSnapshot",
]
