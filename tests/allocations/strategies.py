"""Random and hostile problems: zeros, ties, one firm, nobody, hundred-digit numbers, odd units."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from allocations.domain.claims import Claim, MinimumPolicy, Problem, Rounding, Rule, Terms

SHARING_RULES = [rule for rule in Rule if rule not in (Rule.PRIORITY, Rule.IEA)]
DAY = datetime(2026, 3, 1, tzinfo=UTC)

small_masses = st.integers(0, 60)
huge_masses = st.integers(0, 10**100)
weights: st.SearchStrategy[int | Fraction] = st.one_of(
    st.integers(0, 12), st.fractions(0, 9, max_denominator=7), st.sampled_from([1, 1, Fraction(5, 2)])
)
instants = st.one_of(st.none(), st.integers(0, 3).map(lambda hours: DAY + timedelta(hours=hours)))


@st.composite
def claims(draw: st.DrawFn, *, place: int, masses: st.SearchStrategy[int], plain: bool) -> Claim:
    """One claim; a plain one has no minimum, no group and nothing from earlier rounds."""
    request = draw(masses)
    return Claim(
        id=f"f{place}",
        request=request,
        right=draw(masses),
        position=draw(masses),
        weight=draw(weights),
        minimum=0 if plain else draw(st.one_of(st.just(0), st.integers(0, request))),
        priority=draw(st.integers(1, 3)),
        group=None if plain else draw(st.sampled_from([None, None, None, "g", "h"])),
        submitted_at=draw(instants),
        already_awarded=0 if plain else draw(st.one_of(st.just(0), masses)),
        outstanding=draw(st.sampled_from([0, 0, 1, 9])),
    )


@st.composite
def terms(
    draw: st.DrawFn, *, rules: list[Rule] | None = None, roundings: list[Rounding] | None = None
) -> Terms:
    """Any rule, rounding, unit and minimum policy, or those named."""
    rule = draw(st.sampled_from(rules or [*SHARING_RULES, Rule.PRIORITY]))
    return Terms(
        rule=rule,
        rounding=draw(st.sampled_from(roundings or list(Rounding))),
        unit=draw(st.sampled_from([1, 1, 2, 7])),
        inner_rule=draw(st.sampled_from(SHARING_RULES)) if rule is Rule.PRIORITY else None,
        minimum_policy=draw(st.sampled_from(MinimumPolicy)),
    )


@st.composite
def problems(
    draw: st.DrawFn,
    *,
    rules: list[Rule] | None = None,
    roundings: list[Rounding] | None = None,
    plain: bool = False,
    max_size: int = 7,
) -> Problem:
    """A problem whose pool is anywhere from nothing to more than all claims."""
    masses = draw(st.sampled_from([small_masses, small_masses, small_masses, huge_masses]))
    size = draw(st.integers(0, max_size))
    found = [draw(claims(place=place, masses=masses, plain=plain)) for place in range(size)]
    whole = sum(claim.claimed for claim in found)
    pool = draw(st.one_of(st.integers(0, int(whole) + 5), st.just(int(whole)), masses))
    return Problem(draw(terms(rules=rules, roundings=roundings)), pool, tuple(found))
