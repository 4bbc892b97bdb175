"""The one base class of every refusal, and the table from database constraints to refusals.

Each app lists its own refusals in its `errors.py`. The complete list, with meanings, is
`docs/errors.md`; a test compares the two.
"""

from errors.constraints import refusals_of_constraints
from errors.refusal import ConstraintRefused, Refusal, register_constraint

__all__ = ["ConstraintRefused", "Refusal", "refusals_of_constraints", "register_constraint"]
