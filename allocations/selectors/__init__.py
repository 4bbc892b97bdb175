"""Reads of the allocations."""

from allocations.selectors.disruptions import (
    disrupted_materials,
    get_disruption_for,
    list_disruptions_for,
    material_codes_of,
)
from allocations.selectors.drawdowns import (
    get_drawdown_for,
    list_drawdowns_for,
    list_replenishments_for,
    overdue_drawdowns,
)
from allocations.selectors.quotes import Quote, quote_drawdown
from allocations.selectors.rounds import (
    Publication,
    get_award_for,
    get_round_for,
    get_round_request_for,
    list_awards_for,
    list_outcomes,
    list_publications,
    list_round_requests_for,
    list_rounds_for,
)

__all__ = [
    "Publication",
    "Quote",
    "disrupted_materials",
    "get_award_for",
    "get_disruption_for",
    "get_drawdown_for",
    "get_round_for",
    "get_round_request_for",
    "list_awards_for",
    "list_disruptions_for",
    "list_drawdowns_for",
    "list_outcomes",
    "list_publications",
    "list_replenishments_for",
    "list_round_requests_for",
    "list_rounds_for",
    "material_codes_of",
    "overdue_drawdowns",
    "quote_drawdown",
]
