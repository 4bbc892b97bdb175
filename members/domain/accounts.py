"""Paths of the ledger accounts of firms. `firm` is the firm's id as text, `material` a code."""


def position(firm: str, material: str) -> str:
    """Stock attributed to a firm."""
    return f"position/{firm}/{material}"


def withheld(firm: str, material: str) -> str:
    """Part of a firm's position that doesn't count for a time: in transit, or of a stopped lot."""
    return f"withheld/{firm}/{material}"


def lent(firm: str, material: str) -> str:
    """What others' awards took from a firm's position and must bring back."""
    return f"lent/{firm}/{material}"


def commitment(firm: str, material: str) -> str:
    """What a firm still has to buy at its fixed price."""
    return f"commitment/{firm}/{material}"


def rebuy(firm: str, material: str) -> str:
    """What a firm has to buy again after a purchase from the reserve."""
    return f"rebuy/{firm}/{material}"


def replenish(firm: str, material: str) -> str:
    """What a firm has to bring back."""
    return f"replenish/{firm}/{material}"


def receivable(firm: str) -> str:
    """What a firm owes, in cents."""
    return f"receivable/{firm}"


def deposit(firm: str) -> str:
    """What a firm paid beyond what it owed, in cents."""
    return f"deposit/{firm}"
