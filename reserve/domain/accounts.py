"""Paths of the ledger accounts of the reserve, so that each is spelled in one place."""

MONEY_BOOK = "money:USD"
CASH = "cash/main"
FUNDING_CONTRA = "commitments/funding"
HEADROOM = "headroom/purchases"
HEADROOM_CONTRA = "commitments/headroom"
CEILING = "ceiling/purchases"
CEILING_CONTRA = "commitments/ceiling"
LOAN_EXPENSES = ("interest", "commitment-fee", "upfront-fee")
INCOME_KINDS = ("storage", "carrying", "upfront", "sales", "late", "premium")


def custody_book(material: str) -> str:
    """Book that tells where a material is, in grams."""
    return f"custody:{material}"


def title_book(material: str) -> str:
    """Book that tells for whom a material is held, in grams."""
    return f"title:{material}"


def duty_book(material: str) -> str:
    """Book that tells what is still owed of a material, in grams."""
    return f"duty:{material}"


def custody(facility: str, material: str) -> str:
    """Accepted stock in a facility."""
    return f"custody/{facility}/{material}"


def quarantine(facility: str, material: str) -> str:
    """Stock in a facility that waits for acceptance."""
    return f"quarantine/{facility}/{material}"


def transit(material: str) -> str:
    """Stock between two facilities."""
    return f"transit/{material}"


def outside(material: str) -> str:
    """The world outside the reserve: where material comes from and goes to."""
    return f"outside/{material}"


def withheld(material: str) -> str:
    """Title to stock that doesn't count for a time: it is in transit, or its lot is stopped."""
    return f"withheld/{material}"


def unattributed(material: str) -> str:
    """Accepted stock that belongs to no position."""
    return f"unattributed/{material}"


def issued(material: str) -> str:
    """Contra of title: how much has ever been issued, less what was taken back."""
    return f"issued/{material}"


def obligations(material: str) -> str:
    """Contra of every duty."""
    return f"obligations/{material}"


def inventory(material: str) -> str:
    """What the accepted stock cost."""
    return f"inventory/{material}"


def ordered(material: str) -> str:
    """Funding kept for purchase orders not yet delivered and accepted."""
    return f"ordered/{material}"


def funding(tranche: str) -> str:
    """Committed funding of a tranche that is not drawn yet."""
    return f"funding/{tranche}"


def drawn(tranche: str, kind: str) -> str:
    """What was drawn of a tranche: `loan/…` or `private/…` by its kind."""
    return f"{kind}/{tranche}"


def loan_interest(tranche: str) -> str:
    """Interest of a loan that has accrued and is neither paid nor capitalised (below zero while owed)."""
    return f"loan/{tranche}/interest"


def loan_fees(tranche: str) -> str:
    """Fees of a loan that are not paid yet (below zero while owed)."""
    return f"loan/{tranche}/fees"


def expense(kind: str) -> str:
    """What the reserve spends on one kind: cost of loans (see LOAN_EXPENSES), written-off stock."""
    return f"expense/{kind}"


def payable(trader: str) -> str:
    """What the reserve owes a trader (below zero while it owes)."""
    return f"payable/{trader}"


def income(kind: str) -> str:
    """Income of one kind (see INCOME_KINDS)."""
    return f"income/{kind}"
