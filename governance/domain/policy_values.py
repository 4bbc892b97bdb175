"""Reading, checking and comparing policy values."""

import re
from collections.abc import Mapping
from decimal import Decimal

from governance.domain.policy import POLICY_DEFINITIONS, JsonScalar, PolicyDefinition

_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")


class PolicyValueError(ValueError):
    """A policy value is wrong. `cause` is unknown, malformed or out_of_bounds; `name` the value's name."""

    def __init__(self, cause: str, name: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause
        self.name = name


def parse_policy_value(name: str, value: object) -> int | Decimal | str:
    """The typed value, checked against its definition. Raises PolicyValueError."""
    definition = POLICY_DEFINITIONS.get(name)
    if definition is None:
        raise PolicyValueError("unknown", name, f"the policy has no value {name!r}")
    if definition.kind == "choice":
        return _parse_choice(definition, value)
    number = (
        _parse_integer(definition, value)
        if definition.kind == "integer"
        else _parse_decimal(definition, value)
    )
    _check_bounds(definition, number)
    return number


def stored_policy_value(value: int | Decimal | str) -> JsonScalar:
    """The JSON form of a typed value: decimals become plain text."""
    return format(value, "f") if isinstance(value, Decimal) else value


def default_policy_values() -> dict[str, JsonScalar]:
    """Every value's documented default in its JSON form."""
    return {name: stored_policy_value(item.default) for name, item in POLICY_DEFINITIONS.items()}


def complete_policy_values(stored: Mapping[str, object]) -> dict[str, int | Decimal | str]:
    """Typed values of a stored version.

    A value that the program learned after the version was made takes its default; one that the
    program no longer knows is left out.
    """
    return {
        name: parse_policy_value(name, stored.get(name, stored_policy_value(item.default)))
        for name, item in POLICY_DEFINITIONS.items()
    }


def difference_of_policies(
    before: Mapping[str, JsonScalar], after: Mapping[str, JsonScalar]
) -> dict[str, dict[str, JsonScalar | None]]:
    """The values that differ, each with what it was and what it becomes."""
    names = sorted(before.keys() | after.keys())
    return {
        name: {"before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    }


def _parse_choice(definition: PolicyDefinition, value: object) -> str:
    if not isinstance(value, str):
        raise PolicyValueError("malformed", definition.name, f"{definition.name} must be text")
    if value not in definition.choices:
        allowed = ", ".join(definition.choices)
        raise PolicyValueError(
            "out_of_bounds", definition.name, f"{definition.name} must be one of: {allowed}"
        )
    return value


def _parse_integer(definition: PolicyDefinition, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise PolicyValueError("malformed", definition.name, f"{definition.name} must be a whole number")
    return value


def _parse_decimal(definition: PolicyDefinition, value: object) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise PolicyValueError("malformed", definition.name, f'{definition.name} must be text such as "4.80"')
    _whole, _, decimals = value.partition(".")
    if len(decimals) > definition.max_decimals:
        message = f"{definition.name} takes at most {definition.max_decimals} decimals"
        raise PolicyValueError("malformed", definition.name, message)
    return Decimal(value)


def _check_bounds(definition: PolicyDefinition, number: int | Decimal) -> None:
    low, high = definition.minimum, definition.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        message = f"{definition.name} must lie between {low} and {high} {definition.unit}"
        raise PolicyValueError("out_of_bounds", definition.name, message)
