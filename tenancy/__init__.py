"""For whom the database session acts: it decides which rows row-level security shows.

A session that acts for nobody sees no firm's row. One that acts for firms sees theirs. Staff, jobs without a
firm and commands act for the reserve and see everything. See docs/decisions/0015.
"""

from tenancy.sight import (
    NOBODY,
    RESERVE,
    Sight,
    act_for,
    acting_for,
    current_sight,
    process_sight,
    sight_of_firms,
)

__all__ = [
    "NOBODY",
    "RESERVE",
    "Sight",
    "act_for",
    "acting_for",
    "current_sight",
    "process_sight",
    "sight_of_firms",
]
