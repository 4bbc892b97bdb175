"""Hash trees as in RFC 6962: leaves 00-prefixed, inner nodes 01-prefixed, so neither passes for the other.

A tree of n leaves splits at the largest power of two below n. It is folded from left to right, so that
memory grows with the logarithm of the number of leaves.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"


class Step(NamedTuple):
    """One step of a path from a leaf to the root: the neighbour, and on which side of us it is."""

    side: Literal["left", "right"]
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fold:
    """The root of a tree, how many leaves it has, and the path of the leaf that was asked for."""

    root: bytes
    count: int
    path: tuple[Step, ...]


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(LEAF_PREFIX + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def fold_tree(leaves: Iterable[bytes], *, place: int = -1) -> Fold:
    """Fold the hashes of leaves to their root; `place` (from 0) asks for the path of that leaf.

    Raises ValueError if there is no leaf, or none at `place`.
    """
    path: list[Step] = []
    # Complete trees from left to right, each half as large as the one before it or less: hash, leaves,
    # and whether the leaf asked for is among them.
    trees: list[tuple[bytes, int, bool]] = []
    count = 0
    for count, leaf in enumerate(leaves, start=1):
        trees.append((leaf, 1, count - 1 == place))
        while len(trees) > 1 and trees[-2][1] == trees[-1][1]:
            _join(trees, path)
    while len(trees) > 1:
        _join(trees, path)
    if not trees or (place >= 0 and not trees[0][2]):
        raise ValueError("a tree has at least one leaf, and the one asked for")
    return Fold(trees[0][0], count, tuple(path))


def root_along(leaf: bytes, path: Sequence[Step]) -> bytes:
    """The root that the path leads to from the hash of a leaf."""
    reached = leaf
    for step in path:
        reached = node_hash(step.hash, reached) if step.side == "left" else node_hash(reached, step.hash)
    return reached


def _join(trees: list[tuple[bytes, int, bool]], path: list[Step]) -> None:
    right, right_count, is_right = trees.pop()
    left, left_count, is_left = trees.pop()
    if is_left:
        path.append(Step("right", right))
    if is_right:
        path.append(Step("left", left))
    trees.append((node_hash(left, right), left_count + right_count, is_left or is_right))
