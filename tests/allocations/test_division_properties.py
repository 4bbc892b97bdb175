"""What holds for every rule, rounding and input, however hostile."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from allocations.domain.allocation import Allocation, allocate
from allocations.domain.certificate import verify_award
from allocations.domain.claims import Claim, Mass, MinimumPolicy, Problem, Rounding, Rule, Terms
from allocations.domain.explanation import explain
from allocations.domain.reasons import Reason, reason_of
from tests.allocations.strategies import DAY, problems


def _covered(problem: Problem) -> bool:
    return problem.pool >= sum(claim.claimed for claim in problem.claims)


@given(problems())
def test_no_award_exceeds_its_claim_and_none_is_negative(problem: Problem) -> None:
    allocation = allocate(problem)
    for claim, award, exact in zip(problem.claims, allocation.awards, allocation.exact, strict=True):
        assert 0 <= award <= claim.claimed
        assert 0 <= exact <= claim.claimed


@given(problems())
def test_the_sum_of_awards_stays_within_the_pool(problem: Problem) -> None:
    allocation = allocate(problem)
    excess = allocation.granted - problem.pool
    if problem.terms.rounding is Rounding.UP_TO_MULTIPLE and problem.claims:
        assert excess < problem.terms.unit * len(problem.claims)
    else:
        assert excess <= 0
    assert sum(allocation.exact) <= problem.pool


@given(problems())
def test_awards_are_whole_units_unless_the_pool_covers_every_claim(problem: Problem) -> None:
    allocation = allocate(problem)
    if problem.terms.rounding is Rounding.EXACT or allocation.certificate.is_covered:
        return
    assert all(award % problem.terms.unit == 0 for award in allocation.awards)


@given(problems())
def test_a_pool_that_covers_all_claims_gives_everybody_the_claim(problem: Problem) -> None:
    enough = replace(problem, pool=sum(claim.claimed for claim in problem.claims))
    within_reach = [replace(claim, minimum=min(claim.minimum, claim.claimed)) for claim in problem.claims]
    allocation = allocate(replace(enough, claims=tuple(within_reach)))
    assert list(allocation.awards) == [claim.claimed for claim in problem.claims]
    assert allocation.level is None


@given(problems(plain=True))
def test_the_pool_is_used_up(problem: Problem) -> None:
    """All but what is less than a unit, or that no whole unit of a claim is open for."""
    allocation = allocate(problem)
    if _covered(problem) or problem.terms.rounding is Rounding.DOWN:
        return
    unit = problem.terms.unit if problem.terms.rounding is not Rounding.EXACT else Fraction(1, 10**9)
    open_for_more = any(
        claim.claimed - award >= unit for claim, award in zip(problem.claims, allocation.awards, strict=True)
    )
    assert allocation.unallocated < unit or not open_for_more
    assert sum(allocation.exact) == problem.pool


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_claims_decides_only_ties(problem: Problem, source: random.Random) -> None:
    """With every tie broken by a time of its own, any order of the list gives the same awards."""
    timed = [replace(claim, submitted_at=_minute(place)) for place, claim in enumerate(problem.claims)]
    shuffled = list(timed)
    source.shuffle(shuffled)
    first = allocate(replace(problem, claims=tuple(timed)))
    second = allocate(replace(problem, claims=tuple(shuffled)))
    assert _by_id(first) == _by_id(second)


def _minute(place: int) -> datetime:
    return DAY + timedelta(minutes=place)


def _by_id(allocation: Allocation) -> dict[str, tuple[Mass, Mass]]:
    ids = [claim.id for claim in allocation.problem.claims]
    return dict(zip(ids, zip(allocation.awards, allocation.exact, strict=True), strict=True))


@given(problems())
def test_every_firm_recomputes_its_award_from_its_own_line_and_the_certificate(problem: Problem) -> None:
    allocation = allocate(problem)
    for index, claim in enumerate(problem.claims):
        recomputed = verify_award(
            index=index, claim=claim, certificate=allocation.certificate, terms=problem.terms
        )
        assert recomputed == allocation.awards[index]


@given(problems())
def test_every_award_has_one_reason_that_is_true(problem: Problem) -> None:
    allocation = allocate(problem)
    for index, claim in enumerate(problem.claims):
        award, exact = allocation.awards[index], allocation.exact[index]
        match reason_of(allocation, index):
            case Reason.CLAIM_MET:
                assert award == claim.claimed == claim.request
            case Reason.RIGHT_CAP:
                assert award == claim.claimed < claim.request
            case Reason.MINIMUM_NOT_MET:
                assert award == 0 < claim.minimum
            case Reason.ROUNDED_UP:
                assert award > exact
            case Reason.ROUNDED_DOWN:
                assert award < exact
            case Reason.POSITION_FLOOR:
                assert 0 < award == exact <= claim.position
            case Reason.SHARE_OF_POOL:
                assert award == exact < claim.claimed
            case Reason.CLASS_EXHAUSTED | Reason.ALREADY_SERVED:
                assert award == exact == 0 < claim.claimed
            case reason:
                raise AssertionError(f"{reason} is no reason of a division")
        assert explain(allocation, index)


@given(problems(plain=True, roundings=[Rounding.SAINTE_LAGUE]), st.integers(0, 40))
def test_by_sainte_lague_a_larger_pool_lowers_nobody(problem: Problem, more: int) -> None:
    larger = replace(problem, pool=problem.pool + more)
    for before, after in zip(allocate(problem).awards, allocate(larger).awards, strict=True):
        assert before <= after


@given(problems(plain=True, roundings=[Rounding.EXACT]), st.integers(0, 40))
def test_exactly_a_larger_pool_lowers_nobody(problem: Problem, more: int) -> None:
    larger = replace(problem, pool=problem.pool + more)
    for before, after in zip(allocate(problem).awards, allocate(larger).awards, strict=True):
        assert before <= after


KERNEL = [Rule.WEIGHTED, Rule.PRO_RATA_RIGHT, Rule.EQUAL_AWARDS, Rule.POSITION_FIRST, Rule.PRO_RATA_REQUEST]


@given(problems(plain=True, roundings=[Rounding.SAINTE_LAGUE], rules=KERNEL), st.integers(0, 40))
def test_several_rounds_give_what_one_round_gives(problem: Problem, more: int) -> None:
    """The second round's award is the new target of the whole disruption less what was awarded."""
    if _covered(problem):
        return
    first = allocate(problem)
    again = tuple(
        replace(claim, request=claim.claimed - award, already_awarded=award)
        for claim, award in zip(problem.claims, first.awards, strict=True)
    )
    second = allocate(replace(problem, pool=first.unallocated + more, claims=again))
    at_once = allocate(replace(problem, pool=problem.pool + more))
    together = [one + two for one, two in zip(first.awards, second.awards, strict=True)]
    assert together == list(at_once.awards)


@given(problems(plain=True, roundings=[Rounding.SAINTE_LAGUE]), st.integers(0, 6))
def test_by_sainte_lague_a_leaver_never_hurts_another(problem: Problem, place: int) -> None:
    if place >= len(problem.claims):
        return
    stayed = tuple(claim for number, claim in enumerate(problem.claims) if number != place)
    before = _by_id(allocate(problem))
    after = _by_id(allocate(replace(problem, claims=stayed)))
    assert all(before[name][0] <= after[name][0] for name in after)


@given(
    problems(
        plain=True, roundings=[Rounding.EXACT], rules=[Rule.WEIGHTED, Rule.PRO_RATA_RIGHT, Rule.EQUAL_AWARDS]
    )
)
def test_asking_for_more_gains_nothing_while_the_cap_is_slack(problem: Problem) -> None:
    allocation = allocate(problem)
    for index, claim in enumerate(problem.claims):
        if not (0 < allocation.awards[index] < claim.claimed):
            continue
        greedy = replace(claim, request=claim.request + 10**6)
        claims = tuple(greedy if place == index else other for place, other in enumerate(problem.claims))
        assert allocate(replace(problem, claims=claims)).awards[index] == allocation.awards[index]


@given(problems(roundings=[Rounding.SAINTE_LAGUE, Rounding.LARGEST_REMAINDER]))
def test_an_exact_share_in_whole_units_is_awarded_as_it_is(problem: Problem) -> None:
    allocation = allocate(problem)
    is_whole = all(share % problem.terms.unit == 0 for share in allocation.exact)
    claims_whole = all(claim.claimed % problem.terms.unit == 0 for claim in problem.claims)
    if is_whole and claims_whole and problem.terms.minimum_policy is MinimumPolicy.DROP_AND_RECOMPUTE:
        assert allocation.awards == allocation.exact


@settings(max_examples=30)
@given(problems(plain=True, roundings=[Rounding.LARGEST_REMAINDER]))
def test_largest_remainder_stays_between_floor_and_ceiling(problem: Problem) -> None:
    unit = problem.terms.unit
    whole = tuple(
        replace(claim, request=claim.claimed // unit * unit, right=None) for claim in problem.claims
    )
    if problem.terms.sharing_rule is Rule.PRO_RATA_RIGHT:
        whole = tuple(replace(claim, right=claim.request) for claim in whole)
    allocation = allocate(replace(problem, claims=whole))
    for award, exact in zip(allocation.awards, allocation.exact, strict=True):
        assert -unit < award - exact < unit


def test_nobody_asks() -> None:
    nobody = allocate(Problem(Terms(Rule.WEIGHTED, Rounding.SAINTE_LAGUE, 1), 100, ()))
    assert (nobody.awards, nobody.unallocated, nobody.level) == ((), 100, None)


def test_numbers_of_a_hundred_digits_are_divided_to_the_gram() -> None:
    huge = 10**100 + 7
    claims = tuple(Claim(id=str(place), request=huge, weight=place + 1) for place in range(3))
    allocation = allocate(Problem(Terms(Rule.WEIGHTED, Rounding.SAINTE_LAGUE, 1), huge, claims))
    assert sum(allocation.awards) == huge
    assert all(
        -1 < award - exact < 1 for award, exact in zip(allocation.awards, allocation.exact, strict=True)
    )
