"""The worked table of docs/algorithms/seals.md, computed by the service and by docs/verify_inclusion.py."""

import importlib.util
import re
from datetime import datetime
from pathlib import Path
from types import ModuleType

from ledger.domain.merkle import fold_tree, node_hash
from ledger.domain.seals import SealHeader, leaf_of, seal_hash

DOCS = Path(__file__).resolve().parents[2] / "docs"
LEAF = re.compile(
    r"leaf of journal (\d+) \| recorded (\S+), fingerprint version (\d+), fingerprint `(\w+)` \| `(\w+)`"
)
NODE = re.compile(r"\| (node|root) \| [^|]* \| `(\w+)`")
SEAL = re.compile(
    r"seal (\d+) \| journals (\d+) to (\d+), (\d+) of them, root, after `(\w+)`, sealed (\S+) \| `(\w+)`"
)


def page() -> str:
    return (DOCS / "algorithms" / "seals.md").read_text(encoding="utf-8")


def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_inclusion", DOCS / "verify_inclusion.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_worked_table() -> None:
    rows, other = LEAF.findall(page()), checker()
    leaves = []
    for number, recorded_at, version, fingerprint, leaf in rows:
        made = leaf_of(
            journal_id=int(number),
            recorded_at=datetime.fromisoformat(recorded_at),
            fingerprint_version=int(version),
            fingerprint=bytes.fromhex(fingerprint),
        )
        fields = {"number": int(number), "recorded_at": recorded_at, "fingerprint": fingerprint}
        assert made == other.leaf_hash({**fields, "fingerprint_version": int(version)})
        assert made.hex() == leaf
        leaves.append(made)
    assert len(leaves) == 3
    nodes = dict(NODE.findall(page()))
    assert node_hash(leaves[0], leaves[1]).hex() == nodes["node"]
    assert fold_tree(leaves).root.hex() == nodes["root"]
    ((number, first, last, count, previous, sealed_at, hashed),) = SEAL.findall(page())
    header = SealHeader(
        int(number), int(first), int(last), int(count),
        bytes.fromhex(nodes["root"]), bytes.fromhex(previous), datetime.fromisoformat(sealed_at),
    )  # fmt: skip
    fields = {**header._asdict(), "root": nodes["root"], "previous_hash": previous, "sealed_at": sealed_at}
    assert seal_hash(header) == other.seal_hash(fields)
    assert seal_hash(header).hex() == hashed
