"""Writes of billing."""

from billing.services.fee_runs import discard_fee_run, propose_finalisation, start_fee_run
from billing.services.rate_cards import propose_rate_cards

__all__ = ["discard_fee_run", "propose_finalisation", "propose_rate_cards", "start_fee_run"]
