"""What the OpenAPI document says beyond the endpoints themselves: problems, and the words at its head."""

from pathlib import Path
from typing import Any

from drf_spectacular.openapi import AutoSchema

from api.endpoints import Endpoint
from api.problems import PROBLEM_MEDIA_TYPE

_DESCRIPTION = Path(__file__).with_name("description.md")

_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457). `errors` is there if several things are wrong at once.",
    "required": ["type", "title", "status", "code", "detail", "field", "details"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "Names the kind of problem; the address explains it.",
            "example": "/api/problems/too_many_decimals",
        },
        "title": {"type": "string", "description": "The kind in words.", "example": "Too many decimals"},
        "status": {"type": "integer", "description": "The HTTP status.", "example": 400},
        "code": {
            "type": "string",
            "description": "Stable code, for programs. docs/errors.md and /api/problems list all.",
            "example": "too_many_decimals",
        },
        "detail": {
            "type": "string",
            "description": "This case in a sentence.",
            "example": "At most 3 decimals.",
        },
        "field": {
            "type": ["string", "null"],
            "description": "The input at fault, if one is.",
            "example": "quantity_kg",
        },
        "details": {
            "type": "object",
            "additionalProperties": True,
            "description": "Further facts; mass and money as decimal text.",
            "example": {"decimals": 3},
        },
        "errors": {
            "type": "array",
            "description": "Everything that is wrong, the first included.",
            "items": {"$ref": "#/components/schemas/ProblemCause"},
        },
    },
}
_CAUSE = {
    "type": "object",
    "description": "One of several things that are wrong.",
    "required": ["code", "field", "detail", "details"],
    "properties": {name: _PROBLEM["properties"][name] for name in ("code", "field", "detail", "details")},  # type: ignore[index]
}
_RESPONSES = {
    "400": "The request can't be understood as it stands.",
    "401": "Nobody is signed in, or the key isn't valid.",
    "403": "You may not do this.",
    "404": "There is nothing here that you may see.",
    "409": "In conflict with what is recorded now.",
    "413": "The body is too large.",
    "415": "The body isn't declared as JSON.",
    "422": "Understood, and against a rule of the reserve.",
    "default": "Any other problem.",
}
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


class ScopedSchema(AutoSchema):
    """Names the scope that a key needs beside each operation."""

    def get_extensions(self) -> dict[str, str]:
        """`x-scope`, unless any key will do."""
        scope = self.view.needed_scope(self.method) if isinstance(self.view, Endpoint) else None
        return {} if scope is None else {"x-scope": scope}


def add_problems(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Name every answer an operation can give besides success (a hook of drf-spectacular)."""
    result["info"]["description"] = _DESCRIPTION.read_text(encoding="utf-8")
    components = result.setdefault("components", {})
    components.setdefault("schemas", {}).update({"Problem": _PROBLEM, "ProblemCause": _CAUSE})
    components["responses"] = {_name(status): _response(text) for status, text in _RESPONSES.items()}
    for path, item in result["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                operation.setdefault("summary", operation["description"].split(". ")[0].rstrip("."))
                _add_to(operation, path, has_body=method in {"post", "put", "patch"})
    return result


def _add_to(operation: dict[str, Any], path: str, *, has_body: bool) -> None:
    statuses = ["400", "401", "403", "default"]
    statuses += ["404"] if "{" in path else []
    statuses += ["409", "413", "415", "422"] if has_body else []
    for status in sorted(statuses):
        operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{_name(status)}"})


def _name(status: str) -> str:
    return f"Problem{status.capitalize()}"


def _response(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_MEDIA_TYPE: {"schema": schema}}}
