"""What a proposal would change, in words a person can check: each value before and after."""

from collections.abc import Iterator, Mapping


def difference(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """The values named on both sides that differ, by name; a name inside another follows a dot."""
    return dict(_differing(before, after, ""))


def _differing(
    before: Mapping[str, object], after: Mapping[str, object], path: str
) -> Iterator[tuple[str, dict[str, object]]]:
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name], after[name]
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _differing(old, new, f"{path}{name}.")
        elif old != new:
            yield f"{path}{name}", {"before": old, "after": new}
