"""Numbers that carry other numbers: an account's its book's, a transfer's its journal's.

`book << 32 | number` and `journal << 16 | place`, places counting from one. So a check can compare two
books without looking an account up, and a journal's transfers are a range of the primary key.
"""

BOOK_BITS = 32
JOURNAL_BITS = 16
MOST_TRANSFERS = 2**JOURNAL_BITS - 1


def transfer_ids_of(journal_id: int, count: int) -> list[int]:
    """Numbers of the first `count` transfers of a journal."""
    first = (journal_id << JOURNAL_BITS) + 1
    return list(range(first, first + count))


def journal_id_of(transfer_id: int) -> int:
    """Number of the journal a transfer belongs to."""
    return transfer_id >> JOURNAL_BITS
