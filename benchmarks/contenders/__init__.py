"""The contenders: Strongroom, its peers, and the hand-written minimum."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.contenders.contract import Contender

OWN_PYTHON = Path(sys.executable)
PEERS_PYTHON = Path(__file__).resolve().parent.parent.parent / "var" / "bench" / "venv" / "bin" / "python"


@dataclass(frozen=True)
class Entry:
    """Where a contender is found, which Python runs it, and what tables call it."""

    name: str
    title: str
    module: str
    maker: str
    python: Path

    @property
    def database(self) -> str:
        """A database of its own."""
        return f"bench_{self.name}"

    @property
    def is_strongroom(self) -> bool:
        """Whether its database is made by the migrations of this project and used as the service role."""
        return self.module.endswith(".strongroom")

    def numbered(self, number: int) -> "Entry":
        """The same with another database, which has this number in its name."""
        return replace(self, name=f"{self.name}_{number}", title=f"{self.title} {number:,}")

    def make(self) -> Contender:
        """The contender, in this process. Its connection is the one of the environment."""
        maker: Callable[[], Contender] = getattr(importlib.import_module(self.module), self.maker)
        return maker()


def _entry(name: str, title: str, module: str, maker: str, python: Path = OWN_PYTHON) -> Entry:
    return Entry(name, title, f"benchmarks.contenders.{module}", maker, python)


STRONGROOM_ALONE = _entry(
    "strongroom_alone", "Strongroom, a transaction of its own", "strongroom", "PostsAlone"
)
STRONGROOM_INSIDE = _entry(
    "strongroom_inside", "Strongroom, inside the caller's transaction", "strongroom", "PostsInTransaction"
)
FUNCTION = _entry("minimal_function", "minimal, one function", "minimal", "OneFunction")
FUNCTION_WITH_KEYS = _entry(
    "minimal_keys", "minimal, one function, with foreign keys", "minimal", "OneFunctionWithKeys"
)
STATEMENTS = _entry("minimal_statements", "minimal, statements", "minimal", "Statements")
HORDAK = _entry("hordak", "django-hordak, transfer_to", "hordak_peer", "TransferTo", PEERS_PYTHON)
HORDAK_BULK = _entry("hordak_bulk", "django-hordak, bulk_create", "hordak_peer", "BulkCreate", PEERS_PYTHON)
DJANGO_LEDGER = _entry(
    "django_ledger", "django-ledger, commit_txs", "django_ledger_peer", "CommitTxs", PEERS_PYTHON
)

# A ledger of its own, to grow.
GROWN = _entry("growth", "Strongroom at", "strongroom", "PostsAlone")
# A ledger of its own, to seal; and one that is posted to while it is sealed.
SEALED = _entry("seals", "Strongroom, to be sealed", "strongroom", "PostsAlone")
POSTED_WHILE_SEALED = _entry(
    "seals_posting", "Strongroom, posted to while sealed", "strongroom", "PostsAlone"
)

CONTENDERS = (
    STRONGROOM_ALONE,
    STRONGROOM_INSIDE,
    FUNCTION,
    FUNCTION_WITH_KEYS,
    STATEMENTS,
    HORDAK,
    HORDAK_BULK,
    DJANGO_LEDGER,
)


def contender_named(name: str) -> Entry:
    """The contender of this name. Raises KeyError."""
    return {entry.name: entry for entry in (*CONTENDERS, POSTED_WHILE_SEALED)}[name]
