"""A small export written by hand, not by the exporter: what docs/algorithms/exports.md says, no more."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ledger.domain.canonical import JournalContent, TransferContent, fingerprint_of

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
BOOKS = "number,code,unit\n1,custody,g\n2,money:USD,cent\n"
ACCOUNTS = """number,path,book,is_guarded,balance_limit,mirror,mirror_side,closed_at
4294967297,outside,custody,false,,,0,
4294967298,store,custody,true,,m,1,
8589934595,loan,money:USD,false,,,0,
8589934596,cash,money:USD,true,1000,,0,
8589934597,income,money:USD,false,,,0,
4294967302,old,custody,false,,,0,2026-03-01T00:00:00.000000Z
"""
PERIODS = """number,closed_until,closed_at,reason
1,2026-01-01T05:00:00.000000Z,2026-01-04T00:00:00.000000Z,year
"""
JOURNAL_HEADER = (
    "number,kind,idempotency_key,effective_at,recorded_at,adjusts_month,reference_type,reference_id,"
    "metadata,reverses,fingerprint_version,fingerprint\n"
)
TRANSFER_HEADER = "number,journal,source,target,amount,phase,resolves,expires_at\n"


@dataclass(frozen=True)
class Written:
    """One journal of the export."""

    number: int
    transfers: tuple[TransferContent, ...]
    reverses: int | None = None

    def row(self) -> str:
        """Its line in journals.csv, with a true fingerprint."""
        content = JournalContent(
            "test", f"key {self.number}", NOON, None, "", "", {}, self.reverses, self.transfers
        )
        reverses = "" if self.reverses is None else self.reverses
        return (
            f"{self.number},test,key {self.number},2026-03-02T17:00:00.000000Z,"
            f'2026-03-03T00:00:00.123456Z,,"","",{{}},{reverses},1,{fingerprint_of(content).hex()}\n'
        )

    def transfer_rows(self) -> str:
        """Its lines in transfers.csv."""
        return "".join(
            f"{(self.number << 16) + place},{self.number},{transfer.source},{transfer.target},"
            f"{transfer.amount},{transfer.phase},{transfer.resolves or ''},\n"
            for place, transfer in enumerate(self.transfers, start=1)
        )


FUNDS = Written(1, (TransferContent("posted", "loan", "cash", 500),))
HOLD = Written(2, (TransferContent("pending", "cash", "income", 70),))
PART = Written(4, (TransferContent("post", "cash", "income", 50, 131073),))
STANDING = (FUNDS, HOLD, PART)


def write_export(directory: Path, journals: tuple[Written, ...] = STANDING) -> Path:
    """The export at `directory`, with these journals."""
    files = {
        "books.csv": BOOKS,
        "accounts.csv": ACCOUNTS,
        "closed_periods.csv": PERIODS,
        "journals.csv": JOURNAL_HEADER + "".join(journal.row() for journal in journals),
        "transfers.csv": TRANSFER_HEADER + "".join(journal.transfer_rows() for journal in journals),
    }
    directory.mkdir()
    for name, text in files.items():
        (directory / name).write_text(text, newline="")
    manifest = {
        "format": "strongroom ledger",
        "version": 1,
        "parameters": {"time_zone": "America/New_York"},
        "scope": {"is_whole": True, "from": None, "to": None, "books": []},
        "files": {name: _facts(text.encode()) for name, text in files.items()},
    }
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return directory


def change(directory: Path, name: str, old: str, new: str) -> None:
    """Change a file and its entry in the manifest, as a forger would."""
    text = (directory / name).read_text()
    assert old in text, text
    replace(directory, name, text.replace(old, new, 1).encode())


def replace(directory: Path, name: str, content: bytes) -> None:
    """Put other content into a file and its facts into the manifest."""
    (directory / name).write_bytes(content)
    if name != "manifest.json":
        manifest = json.loads((directory / "manifest.json").read_text())
        manifest["files"][name] = _facts(content) | {"rows": manifest["files"][name]["rows"]}
        (directory / "manifest.json").write_text(json.dumps(manifest))


def _facts(content: bytes) -> dict[str, object]:
    return {
        "bytes": len(content),
        "rows": content.count(b"\n") - 1,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
