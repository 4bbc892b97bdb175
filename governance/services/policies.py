"""New policy versions: proposed by one person, in force once another approved."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from governance.approvals import propose
from governance.domain.policy import JsonScalar
from governance.domain.policy_values import (
    PolicyValueError,
    complete_policy_values,
    difference_of_policies,
    parse_policy_value,
    stored_policy_value,
)
from governance.domain.roles import Role
from governance.errors import (
    MalformedPolicyValue,
    PolicyInThePast,
    PolicyUnchanged,
    PolicyValueOutOfBounds,
    ProposalChanged,
    UnknownPolicyValue,
)
from governance.models import PolicyVersion, Proposal, User
from governance.selectors.users import require_role

ACTION = "governance.policy_version"

_REFUSALS = {
    "unknown": UnknownPolicyValue,
    "malformed": MalformedPolicyValue,
    "out_of_bounds": PolicyValueOutOfBounds,
}


@transaction.atomic
def propose_policy_version(
    *, changes: Mapping[str, object], effective_from: datetime, actor: User, reason: str = ""
) -> Proposal:
    """Propose the latest version with these values changed, in force from an instant.

    The proposal holds the complete new values and the difference. Raises UnknownPolicyValue,
    MalformedPolicyValue, PolicyValueOutOfBounds, PolicyUnchanged, PolicyInThePast, ProposalOpen,
    RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR)
    latest = _latest_version()
    before = _stored(complete_policy_values(latest.values))
    after = before | {name: _checked(name, value) for name, value in changes.items()}
    difference = difference_of_policies(before, after)
    if not difference:
        raise PolicyUnchanged("the new version would equal the latest one", field="changes")
    _check_effective_from(effective_from, latest)
    return propose(
        action=ACTION,
        subject_type="policy",
        subject_id="reserve",
        payload={
            "based_on": latest.number,
            "effective_from": effective_from.isoformat(),
            "values": after,
            "difference": difference,
        },
        actor=actor,
        reason=reason,
    )


def latest_policy_state(_subject_id: str) -> dict[str, object]:
    """What a new version is compared with: the latest one."""
    latest = _latest_version()
    return {"based_on": latest.number, "values": _stored(complete_policy_values(latest.values))}


def apply_policy_version(proposal: Proposal, actor: User) -> None:
    """Write the approved version. Raises ProposalChanged, PolicyInThePast."""
    latest = _latest_version()
    effective_from = datetime.fromisoformat(proposal.payload["effective_from"])
    if proposal.payload["based_on"] != latest.number:
        raise ProposalChanged("another policy version was made since this one was proposed")
    _check_effective_from(effective_from, latest)
    PolicyVersion.objects.create(
        number=latest.number + 1,
        effective_from=effective_from,
        values=proposal.payload["values"],
        origin=proposal.reason or "Approved proposal",
        proposal=proposal,
        proposed_by=proposal.proposed_by,
        approved_by=actor,
        recorded_at=timezone.now(),
    )


def _latest_version() -> PolicyVersion:
    return PolicyVersion.objects.order_by("-number")[0]


def _stored(values: Mapping[str, object]) -> dict[str, JsonScalar]:
    return {name: stored_policy_value(value) for name, value in values.items()}  # type: ignore[arg-type]


def _checked(name: str, value: object) -> JsonScalar:
    try:
        return stored_policy_value(parse_policy_value(name, value))
    except PolicyValueError as error:
        raise _REFUSALS[error.cause](str(error), field=name) from error


def _check_effective_from(effective_from: datetime, latest: PolicyVersion) -> None:
    earliest = max(timezone.now(), latest.effective_from)
    if effective_from < earliest:
        message = f"a new version can take effect from {earliest.isoformat()} on"
        raise PolicyInThePast(message, field="effective_from", earliest=earliest.isoformat())
