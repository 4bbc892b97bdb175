"""A commitment is a duty in the ledger and is charged the up-front fee exactly once."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from errors import Refusal
from governance.errors import RoleRequired
from ledger.errors import QuantityOutOfRange, TooManyDecimals
from ledger.selectors import get_balance
from members.domain.upfront_fee import upfront_fee_cents
from members.errors import AgreementNotFound, CommitmentOutsideAgreement, WrongState
from members.models import Commitment
from members.services import make_commitments, sign_agreement, suspend_firm
from reserve.errors import (
    CurrencyNotSupported,
    DatesReversed,
    MaterialNotFound,
    NumberOutOfRange,
    PriceNotPositive,
    QuantityNotPositive,
    ValueNotAllowed,
)
from tests.members.standing import activate, apply, approve, commit, commitment, end_of, member, sign
from tests.reserve.standing import DAY, NOON, TONNE, USD, People


def test_a_commitment_is_a_duty_to_buy(people: People) -> None:
    agreement = sign(approve(apply(people), people), people)
    made = commit(agreement, people)

    assert (made.state, made.rebuy_rule) == ("open", "once")
    assert get_balance(path=f"commitment/{made.firm_id}/antimony").posted == TONNE


def test_an_approved_firm_is_charged_when_it_becomes_active(people: People) -> None:
    firm = approve(apply(people), people)
    made = commit(sign(firm, people), people)
    assert get_balance(path=f"receivable/{firm.id}").posted == 0

    activate(firm, people)

    made.refresh_from_db()
    # 1,000 kg x 39.00 USD/kg x 50 basis points
    assert made.upfront_fee_cents == 195 * USD
    assert get_balance(path=f"receivable/{firm.id}").posted == 195 * USD
    assert get_balance(path="income/upfront").posted == -195 * USD


def test_an_active_firm_is_charged_at_once_and_only_for_the_new_commitment(people: People) -> None:
    standing = member(people, committed_g=TONNE)
    made = commit(standing.agreement, people, quantity_g=2 * TONNE)

    assert made.upfront_fee_cents == 390 * USD
    assert get_balance(path=f"receivable/{standing.firm.id}").posted == (195 + 390) * USD


def test_a_firm_without_commitments_is_charged_nothing(people: People) -> None:
    firm = member(people).firm
    assert get_balance(path=f"receivable/{firm.id}").posted == 0


def test_the_fee_is_exact_and_rounded_once_half_up() -> None:
    def fee(quantity_g: int, price: str, basis_points: int) -> int:
        return upfront_fee_cents(
            quantity_g=quantity_g, fixed_price_usd_per_kg=Decimal(price), basis_points=basis_points
        )

    assert fee(1_000_000, "39.00", 50) == 19_500
    assert fee(1000, "1.00", 50) == 1, "half a cent goes up"
    assert fee(1000, "0.999999", 50) == 0
    assert fee(10**15, "31990.123456", 33) == 10_556_740_740_480_000, "no binary fraction anywhere"


def test_the_agreements_own_rate_counts_and_zero_posts_nothing(people: People) -> None:
    firm = approve(apply(people), people)
    made = commit(sign(firm, people, upfront_fee_basis_points=0), people)
    activate(firm, people)

    made.refresh_from_db()
    assert (made.upfront_fee_cents, made.upfront_fee_charged_at) == (0, NOON)
    assert get_balance(path=f"receivable/{firm.id}").posted == 0


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"quantity_g": 0}, QuantityNotPositive),
        ({"quantity_g": 2**63}, QuantityOutOfRange),
        ({"fixed_price_usd_per_kg": Decimal(0)}, PriceNotPositive),
        ({"fixed_price_usd_per_kg": Decimal("0.1234567")}, TooManyDecimals),
        ({"material_code": "nothing"}, MaterialNotFound),
        ({"currency": "EUR"}, CurrencyNotSupported),
        ({"rebuy_rule": "never"}, ValueNotAllowed),
        ({"starts_on": date(2026, 2, 28)}, CommitmentOutsideAgreement),
        ({"ends_on": date(2031, 1, 1)}, CommitmentOutsideAgreement),
        ({"ends_on": None}, CommitmentOutsideAgreement),
        ({"starts_on": date(2029, 1, 1), "ends_on": date(2028, 1, 1)}, DatesReversed),
        ({"agreement_id": uuid4()}, AgreementNotFound),
    ],
)
def test_a_bad_commitment_is_refused_with_all_made_beside_it(
    people: People, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    agreement = sign(approve(apply(people), people), people, ends_on=end_of(2030))
    good = commitment(agreement, ends_on=end_of(2030))

    with pytest.raises(refusal):
        make_commitments(
            commitments=[good, commitment(agreement, **({"ends_on": end_of(2030)} | changes))],
            actor=people.administrator,
            effective_at=NOON,
        )
    assert Commitment.objects.count() == 0
    assert get_balance(path=f"commitment/{agreement.firm_id}/antimony").posted == 0


def test_only_approved_and_active_firms_sign_and_commit(people: People) -> None:
    with pytest.raises(WrongState):
        sign(apply(people), people)

    standing = member(people)
    suspend_firm(firm_id=standing.firm.id, actor=people.administrator, reason="overdue")
    with pytest.raises(WrongState):
        commit(standing.agreement, people)
    with pytest.raises(WrongState):
        sign(standing.firm, people)


def test_signing_needs_the_role_and_sensible_terms(people: People) -> None:
    firm = approve(apply(people), people)

    with pytest.raises(RoleRequired):
        sign_agreement(
            firm_id=firm.id, terms_version="1", starts_on=DAY, actor=people.finance, effective_at=NOON
        )
    with pytest.raises(NumberOutOfRange):
        sign(firm, people, upfront_fee_basis_points=10_001)
    with pytest.raises(DatesReversed):
        sign(firm, people, ends_on=date(2026, 2, 28))


def test_an_agreement_is_stamped_with_the_policy(people: People) -> None:
    agreement = sign(approve(apply(people), people), people)

    assert agreement.policy_version.number == 1
    assert agreement.upfront_fee_basis_points == 50


def test_making_many_takes_as_many_queries_as_making_one(
    people: People, django_assert_max_num_queries: object
) -> None:
    agreement = member(people).agreement
    for count in (1, 40):
        with django_assert_max_num_queries(14):  # type: ignore[operator]
            make_commitments(
                commitments=[commitment(agreement)] * count, actor=people.administrator, effective_at=NOON
            )
