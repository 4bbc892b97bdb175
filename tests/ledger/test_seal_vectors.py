"""The bytes and hashes of seals: vectors of version 1 by another encoder, in Python and in the database."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.merkle import fold_tree, leaf_hash, node_hash, root_along
from ledger.domain.seals import Digest, SealHeader, digest_bytes, leaf_of, seal_bytes, seal_hash

VECTORS = json.loads((Path(__file__).parent / "seal_vectors.json").read_text())
SEALS = pytest.mark.parametrize(
    "vector", VECTORS["seals"], ids=lambda vector: f"seal {vector['header']['number']}"
)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Hexadecimal texts as bytes and texts of times as times."""
    return {
        key: datetime.fromisoformat(value) if key.endswith("_at")
        else bytes.fromhex(value) if isinstance(value, str) else value
        for key, value in fields.items()
    }  # fmt: skip


@SEALS
def test_leaves_and_their_root(vector: dict[str, Any]) -> None:
    leaves = [leaf_of(**_plain(journal)) for journal in vector["journals"]]
    assert [leaf.hex() for leaf in leaves] == vector["leaves"]
    fold = fold_tree(leaves, place=vector["place"])
    assert (fold.root.hex(), fold.count) == (vector["header"]["root"], len(leaves))
    assert [[step.side, step.hash.hex()] for step in fold.path] == vector["path"]
    assert root_along(leaves[vector["place"]], fold.path) == fold.root


@SEALS
def test_the_hash_of_a_seal(vector: dict[str, Any]) -> None:
    header = SealHeader(**_plain(vector["header"]))
    assert seal_bytes(header).hex() == vector["bytes"]
    assert seal_hash(header).hex() == vector["hash"]


def test_the_bytes_of_a_digest() -> None:
    assert digest_bytes(Digest(**_plain(VECTORS["digest"]))).hex() == VECTORS["digest_bytes"]
    seals = [bytes.fromhex(vector["hash"]) for vector in VECTORS["seals"]]
    assert fold_tree(seals).root.hex() == VECTORS["digest"]["seals_root"]


@SEALS
@pytest.mark.django_db
def test_the_database_makes_the_same(vector: dict[str, Any]) -> None:
    header = _plain(vector["header"])
    with connection.cursor() as cursor:
        cursor.execute(
            "select ledger_seal_leaf(id, at, version, print) from unnest(%s::bigint[], %s::timestamptz[],"
            " %s::integer[], %s::bytea[]) as journal(id, at, version, print) order by id",
            [[_plain(journal)[key] for journal in vector["journals"]] for key in vector["journals"][0]],
        )
        leaves = [bytes(row[0]) for row in cursor.fetchall()]
        cursor.execute("select ledger_merkle_root(%s)", [b"".join(leaves)])
        root = bytes(cursor.fetchone()[0])
        cursor.execute("select ledger_seal_hash(%s, %s, %s, %s, %s, %s, %s)", list(header.values()))
        seal = bytes(cursor.fetchone()[0])
    assert [leaf.hex() for leaf in leaves] == vector["leaves"]
    assert (root.hex(), seal.hex()) == (vector["header"]["root"], vector["hash"])


def test_a_leaf_is_never_an_inner_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def _root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(_root_by_definition(leaves[:split]), _root_by_definition(leaves[split:]))


@given(st.integers(min_value=1, max_value=200), st.data())
def test_folding_gives_the_tree_of_the_definition_and_paths_that_lead_to_its_root(
    count: int, data: st.DataObject
) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(count)]
    place = data.draw(st.integers(min_value=0, max_value=count - 1))
    fold = fold_tree(leaves, place=place)
    assert fold.root == _root_by_definition(leaves)
    assert root_along(leaves[place], fold.path) == fold.root
    assert len(fold.path) <= count.bit_length()
    assert root_along(leaf_hash(b"other"), fold.path) != fold.root


@pytest.mark.parametrize(("leaves", "place"), [([], -1), ([b"a"], 1)])
def test_a_tree_has_a_leaf_and_the_one_asked_for(leaves: list[bytes], place: int) -> None:
    with pytest.raises(ValueError, match="leaf"):
        fold_tree(leaves, place=place)
