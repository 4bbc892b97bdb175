"""What every contender does, so that all of them are measured by the same code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# What every account holds before the first transfer, in the smallest part of its unit: nobody runs dry.
FUNDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Move:
    """One transfer to be made. Accounts are numbered from one; zero is the hot account."""

    source: int
    target: int
    amount: int


class DoesNotAddUp(Exception):
    """The contender lost or made money, or its records contradict its balances: its figures are void."""


class Contender(Protocol):
    """One way to keep accounts. Made once per process; a forked process calls `connect` first."""

    def prepare(self, *, accounts: int) -> None:
        """Make tables, where there are none yet, and `accounts` funded accounts and the hot one."""

    def connect(self) -> None:
        """A connection of this process's own, in place of any it may have."""

    def post(self, move: Move) -> None:
        """Make one transfer and commit it."""

    def post_many(self, moves: Sequence[Move]) -> None:
        """Make many transfers in the fastest way there is and commit them."""

    def check(self) -> int:
        """How many transfers stand, funding left out. Raises DoesNotAddUp."""
