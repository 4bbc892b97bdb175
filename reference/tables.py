"""The main job's result as tables, read anew from the service each time."""

import json
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rich.table import Table

from allocations.calculator import calculate_awards
from allocations.models import Award
from billing.models import Invoice
from billing.selectors.invoices import invoice_reference
from ledger.domain.quantities import cost_cents, format_kg
from members.selectors import list_member_coverage
from reference.calendar import BILLED_MONTH
from reference.domain.plan import affordable_days
from reference.files import read_materials
from reference.services.catalogue import LOAN_CENTS, PRIVATE_CENTS, TARGET_DAYS
from reference.services.drawing import find_drawdown
from reference.services.rationing import find_round
from reserve.selectors import Coverage, get_funding, list_national_coverage

GRAMS_PER_TONNE = 1_000_000
CENTS_PER_MILLION = 100_000_000
# The settled variant first; the others only show what another policy would have meant.
COMPARED = (
    ("position_first", "sainte_lague"),
    ("position_first", "largest_remainder"),
    ("pro_rata_right", "sainte_lague"),
    ("pro_rata_right", "largest_remainder"),
    ("pro_rata_request", "sainte_lague"),
)
LEFT_COLUMNS = ("material", "firm", "reason")


def tonnes(grams: int) -> str:
    """Tonnes with three decimals below a thousand tonnes, none above."""
    digits = 0 if grams >= 1_000 * GRAMS_PER_TONNE else 3
    return f"{Decimal(grams) / GRAMS_PER_TONNE:,.{digits}f}"


def millions(cents: int | Fraction) -> str:
    """Millions of USD with one decimal."""
    exact = Fraction(cents) / CENTS_PER_MILLION
    return f"{Decimal(exact.numerator) / exact.denominator:,.1f}"


def dollars(cents: int) -> str:
    """USD with cents."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole:,}.{rest:02}"


def days(value: Fraction | None) -> str:
    """Days with one decimal, rounded down, so that 59.96 doesn't read as the full 60."""
    return "-" if value is None else f"{Decimal(int(value * 10)) / 10:.1f}"


def coverage_table() -> Table:
    """What the money bought: days of national use and of the members' use, against 60."""
    prices = {row.code: row.figures.price_usd_per_kg for row in read_materials() if row.figures is not None}
    members = {line.material_code: line for line in list_member_coverage()}
    table = _table(
        "What the money bought, against 60 days of national use",
        ("material", "stock t", "cost M USD", "days", "of 60", "members' days"),
    )
    lines = [line for line in list_national_coverage() if line.material_code in prices]
    costs = {line.material_code: _cost(line, prices[line.material_code]) for line in lines}
    for line in sorted(lines, key=lambda line: -costs[line.material_code]):
        share = None if line.days is None else int(line.days * 100 / TARGET_DAYS)
        table.add_row(
            line.material_name,
            tonnes(line.accepted_g),
            millions(costs[line.material_code]),
            days(line.days),
            "-" if share is None else f"{share}%",
            days(members[line.material_code].days),
        )
    table.add_section()
    table.add_row(f"{len(lines)} materials", "", millions(sum(costs.values())), "", "", "")
    return table


def funding_lines() -> list[str]:
    """What 60 days of everything would cost, and what is left of the money."""
    figures = [row.figures for row in read_materials() if row.figures is not None]
    cost = sum((figure.cost_cents(Fraction(TARGET_DAYS)) for figure in figures), Fraction(0))
    bought = affordable_days(figures, funding_cents=LOAN_CENTS + PRIVATE_CENTS, target_days=TARGET_DAYS)
    funding = get_funding()
    return [
        f"{TARGET_DAYS} days of everything with a published use and price ({len(figures)} materials) "
        f"cost {millions(cost)} million USD.",
        f"Funding of {millions(LOAN_CENTS + PRIVATE_CENTS)} million USD pays for {days(bought)} days; "
        f"{millions(funding.headroom_cents)} million USD are left.",
    ]


def invoices_table() -> Table:
    """The invoices of the billed month."""
    invoices = Invoice.objects.filter(fee_run__month=BILLED_MONTH, state=Invoice.State.FINAL)
    rows = list(invoices.select_related("firm", "series").prefetch_related("lines").order_by("number"))
    table = _table(
        f"Invoices of {BILLED_MONTH:%B %Y}, USD",
        ("invoice", "firm", "storage", "carrying cost", "up-front fee", "total"),
    )
    for invoice in rows:
        by_kind = {
            kind: sum(line.amount_cents for line in invoice.lines.all() if line.kind == kind)
            for kind in ("storage", "carrying", "upfront")
        }
        table.add_row(
            invoice_reference(invoice),
            invoice.firm.legal_name,
            *(dollars(by_kind[kind]) for kind in ("storage", "carrying", "upfront")),
            dollars(invoice.total_cents),
        )
    return table


def _cost(line: Coverage, price: Decimal) -> int:
    return cost_cents(quantity_g=line.accepted_g, price_usd_per_kg=price)


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for index, name in enumerate(columns):
        is_text = name in LEFT_COLUMNS or index == 0
        # Figures are never cut; where a terminal is narrow, names give way.
        table.add_column(name, justify="left" if is_text else "right", no_wrap=not is_text)
    return table


def awards_table() -> Table:
    """What the round gave each firm, and why."""
    table = _table(
        "The round: antimony, gallium and graphite under a disruption, kg",
        ("material", "firm", "requested", "awarded", "lent by others", "reason"),
    )
    for award in _awards():
        table.add_row(
            award.material.code,
            award.firm.legal_name,
            kilograms(award.requested_g),
            kilograms(award.quantity_g),
            kilograms(award.drawdown.borrowed_g),
            award.reason,
        )
    return table


def comparison_table() -> Table:
    """The same snapshot under other rules and roundings, in kg; only the first was settled."""
    headings = [f"{rule}\n{rounding}" for rule, rounding in COMPARED]
    table = _table("The same requests under other rules, kg", ("material", "firm", *headings))
    round_ = find_round()
    snapshot = json.loads(round_.snapshot) if round_ is not None else {"materials": {}}
    results = {
        (code, *variant): _awards_under(document, *variant)
        for code, document in snapshot["materials"].items()
        for variant in COMPARED
    }
    for award in _awards():
        code, firm = award.material.code, str(award.firm_id)
        figures = (kilograms(results[code, *variant][firm]) for variant in COMPARED)
        table.add_row(code, award.firm.legal_name, *figures)
    return table


def explanation_lines() -> list[str]:
    """The full explanation of the first award that took from others, as auditors compute it.

    The firm itself gets less where so few firms were left short that it would learn another's figures.
    """
    round_ = find_round()
    lent = [award for award in _awards() if award.drawdown.borrowed_g]
    if round_ is None or not lent:
        return []
    document = json.loads(round_.snapshot)["materials"][lent[0].material.code]
    result: dict[str, Any] = calculate_awards(document)
    explained = next(award for award in result["awards"] if award["id"] == str(lent[0].firm_id))
    return [f"{lent[0].firm.legal_name}, {lent[0].material.code}.", *explained["explanation"]]


def drawdown_line() -> str:
    """The normal drawdown in one sentence."""
    drawdown = find_drawdown()
    if drawdown is None:
        return "No normal drawdown was made."
    return (
        f"{drawdown.firm.legal_name} drew {kilograms(drawdown.granted_g)} kg of {drawdown.material.code} "
        f"over REST on {drawdown.mode}, due back {drawdown.due_on}; "
        f"{kilograms(drawdown.replenished_g)} kg are back."
    )


def kilograms(grams: int) -> str:
    """Kilograms with as many decimals as it takes."""
    whole, _, rest = format_kg(grams).partition(".")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")


def _awards() -> list[Award]:
    round_ = find_round()
    if round_ is None:
        return []
    rows = Award.objects.filter(round=round_).select_related("firm", "material", "drawdown")
    return list(rows.order_by("material__code", "firm__legal_name"))


def _awards_under(document: dict[str, Any], rule: str, rounding: str) -> dict[str, int]:
    """Each firm's award in grams if the document's claims were divided so."""
    result: dict[str, Any] = calculate_awards({**document, "rule": rule, "rounding": rounding})
    return {award["id"]: award["award_g"] for award in result["awards"]}
