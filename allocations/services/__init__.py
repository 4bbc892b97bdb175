"""Writes of the allocations."""

from allocations.services.computations import compute_round, verify_result
from allocations.services.disruptions import propose_disruption, propose_disruption_end
from allocations.services.drawdown_decisions import approve_drawdown, refuse_drawdown
from allocations.services.drawdown_deliveries import deliver_drawdowns, release_drawdowns
from allocations.services.drawdown_requests import submit_drawdown, withdraw_drawdown
from allocations.services.replenishments import replenish_drawdown
from allocations.services.round_requests import submit_round_request
from allocations.services.round_voids import propose_round_void
from allocations.services.rounds import close_round, open_round
from allocations.services.settlements import propose_settlement

__all__ = [
    "approve_drawdown",
    "close_round",
    "compute_round",
    "deliver_drawdowns",
    "open_round",
    "propose_disruption",
    "propose_disruption_end",
    "propose_round_void",
    "propose_settlement",
    "refuse_drawdown",
    "release_drawdowns",
    "replenish_drawdown",
    "submit_drawdown",
    "submit_round_request",
    "verify_result",
    "withdraw_drawdown",
]
