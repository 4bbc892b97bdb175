"""Whether somebody is a second person: neither the first one, nor acting on the first one's authority.

An account isn't a person: one person may have several accounts and any number of keys. A role that was
delegated is its giver's authority, so it can't decide what its giver proposed, nor may its giver decide what
was proposed with it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Authority:
    """The person, and for roles that the person holds only by delegation, the persons who delegated them."""

    person: UUID
    own_roles: frozenset[str]
    delegators_by_role: dict[str, frozenset[UUID]]

    @property
    def roles(self) -> frozenset[str]:
        """Every role held, in one's own right or not."""
        return self.own_roles | self.delegators_by_role.keys()


def persons_behind(authority: Authority) -> frozenset[UUID]:
    """Everybody whose authority a proposal may rest on: who proposes, and who lent a role for it."""
    lent = (
        persons for role, persons in authority.delegators_by_role.items() if role not in authority.own_roles
    )
    return frozenset({authority.person}).union(*lent)


def is_second_person(*, behind: Collection[UUID], decider: Authority, roles: Collection[str]) -> bool:
    """Whether the decider may decide in one of the roles what the persons `behind` stand for.

    A delegated role counts if at least one of those who delegated it isn't among them.
    """
    if decider.person in behind:
        return False
    if not decider.own_roles.isdisjoint(roles):
        return True
    lenders = frozenset[UUID]().union(*(decider.delegators_by_role.get(role, frozenset()) for role in roles))
    return not lenders <= frozenset(behind)
