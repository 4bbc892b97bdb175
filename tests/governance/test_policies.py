"""The policy: documented defaults as version 1, and later versions that two people made."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from errors import Refusal
from governance.approvals import approve_proposal
from governance.domain.policy import POLICY_DEFINITIONS, PolicyValues
from governance.domain.policy_values import (
    PolicyValueError,
    complete_policy_values,
    default_policy_values,
    parse_policy_value,
)
from governance.errors import (
    MalformedPolicyValue,
    NoPolicyInForce,
    PolicyInThePast,
    PolicyUnchanged,
    PolicyValueOutOfBounds,
    ProposalOpen,
    RoleRequired,
    UnknownPolicyValue,
)
from governance.models import PolicyVersion, User
from governance.selectors import get_policy
from governance.services import propose_policy_version

pytestmark = pytest.mark.django_db


def in_a_week() -> datetime:
    return timezone.now() + timedelta(days=7)


def test_version_one_is_the_documented_defaults() -> None:
    first = PolicyVersion.objects.get()
    assert first.number == 1
    typed = {name: parse_policy_value(name, value) for name, value in default_policy_values().items()}
    assert complete_policy_values(first.values) == typed
    assert "Defaults of the program" in first.origin


def test_the_policy_is_typed_and_stamped() -> None:
    policy = get_policy()
    assert (policy.version_number, policy.target_days) == (1, 60)
    assert policy.loan_rate_percent == Decimal("4.80")
    assert policy.rationing_rule == "position_first"
    assert policy.version_id == PolicyVersion.objects.get().id
    with pytest.raises(AttributeError):
        policy.target_days = 61  # type: ignore[misc]


def test_every_value_has_unit_bounds_and_a_sentence() -> None:
    for definition in POLICY_DEFINITIONS.values():
        assert definition.unit
        assert definition.sentence.endswith(".")
        assert definition.choices or definition.minimum is not None
        assert isinstance(getattr(PolicyValues(), definition.name), type(definition.default))


def test_a_new_version_takes_effect_on_its_day(administrator: User, approver: User) -> None:
    starts = in_a_week()
    proposal = propose_policy_version(
        changes={"replenishment_days": 60, "loan_rate_percent": "5.10"},
        effective_from=starts,
        actor=administrator,
    )
    assert proposal.payload["difference"] == {
        "loan_rate_percent": {"before": "4.80", "after": "5.10"},
        "replenishment_days": {"before": 90, "after": 60},
    }
    assert PolicyVersion.objects.count() == 1
    approve_proposal(proposal_id=proposal.id, actor=approver)
    assert get_policy().version_number == 1
    later = get_policy(at=starts)
    assert (later.version_number, later.replenishment_days) == (2, 60)
    assert later.loan_rate_percent == Decimal("5.10")
    assert later.drawdown_cap_percent == get_policy().drawdown_cap_percent
    second = PolicyVersion.objects.get(number=2)
    assert (second.proposed_by, second.approved_by) == (administrator, approver)


def test_a_day_asks_for_the_policy_at_its_first_instant_in_the_zone_of_the_reserve(
    administrator: User, approver: User
) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        midnight_in_new_york = datetime(2026, 3, 10, 4, tzinfo=UTC)
        proposal = propose_policy_version(
            changes={"target_days": 90}, effective_from=midnight_in_new_york, actor=administrator
        )
        approve_proposal(proposal_id=proposal.id, actor=approver)
        assert get_policy(at=date(2026, 3, 9)).target_days == 60
        assert get_policy(at=date(2026, 3, 10)).target_days == 90


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"no_such_value": 1}, UnknownPolicyValue),
        ({"target_days": 0}, PolicyValueOutOfBounds),
        ({"target_days": 3651}, PolicyValueOutOfBounds),
        ({"target_days": "60"}, MalformedPolicyValue),
        ({"target_days": True}, MalformedPolicyValue),
        ({"target_days": 60.0}, MalformedPolicyValue),
        ({"loan_rate_percent": 4}, MalformedPolicyValue),
        ({"loan_rate_percent": "4,8"}, MalformedPolicyValue),
        ({"loan_rate_percent": "NaN"}, MalformedPolicyValue),
        ({"loan_rate_percent": "4.80000"}, MalformedPolicyValue),
        ({"loan_rate_percent": "-0.01"}, PolicyValueOutOfBounds),
        ({"rounding": "exact"}, PolicyValueOutOfBounds),
        ({"rationing_rule": "talmud"}, PolicyValueOutOfBounds),
        ({"rounding": None}, MalformedPolicyValue),
        ({}, PolicyUnchanged),
        ({"target_days": 60}, PolicyUnchanged),
    ],
)
def test_wrong_values_are_refused(
    administrator: User, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        propose_policy_version(changes=changes, effective_from=in_a_week(), actor=administrator)


def test_no_version_in_the_past(administrator: User) -> None:
    with pytest.raises(PolicyInThePast):
        propose_policy_version(
            changes={"target_days": 90},
            effective_from=timezone.now() - timedelta(hours=1),
            actor=administrator,
        )


def test_approval_after_the_effective_date_is_refused(administrator: User, approver: User) -> None:
    proposal = propose_policy_version(
        changes={"target_days": 90}, effective_from=timezone.now() + timedelta(hours=1), actor=administrator
    )
    with time_machine.travel(timezone.now() + timedelta(hours=2)), pytest.raises(PolicyInThePast):
        approve_proposal(proposal_id=proposal.id, actor=approver)


def test_only_an_administrator_drafts_and_one_draft_at_a_time(administrator: User, approver: User) -> None:
    with pytest.raises(RoleRequired):
        propose_policy_version(changes={"target_days": 90}, effective_from=in_a_week(), actor=approver)
    propose_policy_version(changes={"target_days": 90}, effective_from=in_a_week(), actor=administrator)
    with pytest.raises(ProposalOpen):
        propose_policy_version(changes={"target_days": 91}, effective_from=in_a_week(), actor=administrator)


def test_versions_are_append_only_and_two_peoples(administrator: User) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        PolicyVersion.objects.update(number=7)
    with pytest.raises(IntegrityError, match="governance_policyversion_two_people"), transaction.atomic():
        PolicyVersion.objects.create(
            number=2,
            effective_from=timezone.now(),
            values={},
            recorded_at=timezone.now(),
            proposed_by=administrator,
            approved_by=administrator,
        )


def test_before_the_first_version_there_is_no_policy() -> None:
    with pytest.raises(NoPolicyInForce):
        get_policy(at=date(1999, 1, 1))


def test_an_older_version_takes_the_default_of_a_value_it_never_knew() -> None:
    values = complete_policy_values({"target_days": 75, "retired_value": 1})
    assert values["target_days"] == 75
    assert values["replenishment_days"] == 90
    assert "retired_value" not in values


def test_values_are_never_floats() -> None:
    with pytest.raises(PolicyValueError):
        parse_policy_value("drawdown_cap_percent", 50.0)
