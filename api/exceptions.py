"""From any exception a view raises to problem details."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from api import errors
from api.problems import STATUS_BY_CODE, Problem, problem_of_refusal, problem_response
from errors import Refusal

logger = logging.getLogger(__name__)

_REFUSALS_OF_FRAMEWORK: dict[type[Exception], tuple[type[Refusal], str]] = {
    Http404: (errors.NotFound, "There is nothing here that you may see."),
    PermissionDenied: (errors.PermissionDenied, "You may not do this."),
    exceptions.NotFound: (errors.NotFound, "There is nothing here that you may see."),
    exceptions.PermissionDenied: (errors.PermissionDenied, "You may not do this."),
    exceptions.NotAuthenticated: (errors.NotAuthenticated, "Sign in, or send an API key."),
    exceptions.AuthenticationFailed: (errors.InvalidKey, "The API key isn't valid."),
    exceptions.MethodNotAllowed: (errors.MethodNotAllowed, "This resource doesn't take the method."),
    exceptions.NotAcceptable: (errors.NotAcceptable, "The resource has no form that Accept allows."),
    exceptions.UnsupportedMediaType: (errors.UnsupportedMediaType, "Send Content-Type: application/json."),
    exceptions.ParseError: (errors.MalformedJson, "The body isn't JSON."),
    OperationalError: (errors.DatabaseUnavailable, "The database gave way; nothing was done."),
    InterfaceError: (errors.DatabaseUnavailable, "The database didn't answer; nothing was done."),
}

_CODES_OF_FRAMEWORK = {
    "required": "missing_field",
    "null": "missing_field",
    "blank": "empty_text",
    "max_length": "text_too_long",
    "max_string_length": "text_too_long",
    "null_characters_not_allowed": "unstorable_text",
    "surrogate_characters_not_allowed": "unstorable_text",
    "invalid_choice": "unknown_choice",
    "not_a_list": "not_a_list",
    "not_a_dict": "not_an_object",
}


def problem_of_exception(exception: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler. None lets an unexpected error become a 500."""
    if isinstance(exception, Refusal):
        names = getattr(context.get("view"), "input_names", {})
        return problem_response(problem_of_refusal(exception, names))
    if isinstance(exception, exceptions.ValidationError):
        return problem_response(*problems_of_validation(exception))
    if isinstance(exception, exceptions.Throttled):
        return _throttled(exception)
    if isinstance(exception, OperationalError | InterfaceError):
        logger.error("the database failed in %s", type(context.get("view")).__name__, exc_info=exception)
    for kind, (refusal, message) in _REFUSALS_OF_FRAMEWORK.items():
        if isinstance(exception, kind):
            return problem_response(Problem(refusal.code, message))
    return None


def problems_of_validation(exception: exceptions.ValidationError) -> list[Problem]:
    """One problem per field error, in the order of the fields."""
    return list(_walk(exception.detail, ""))


def _walk(detail: Any, path: str) -> Iterator[Problem]:
    if isinstance(detail, Mapping):
        for name, item in detail.items():
            yield from _walk(item, path if name == "non_field_errors" else _joined(path, str(name)))
    elif isinstance(detail, list):
        for index, item in enumerate(detail):
            is_nested = isinstance(item, Mapping | list)
            yield from _walk(item, f"{path}[{index}]" if is_nested else path)
    else:
        yield Problem(_code_of_field(detail.code, path), str(detail), path or None)


def _code_of_field(code: str, path: str) -> str:
    code = _CODES_OF_FRAMEWORK.get(code, code)
    if code == "invalid" and not path:
        return errors.NotAnObject.code
    return code if code in STATUS_BY_CODE else errors.InvalidValue.code


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _throttled(exception: exceptions.Throttled) -> HttpResponse:
    wait = int(getattr(exception, "wait", None) or 1)
    response = problem_response(Problem(errors.Throttled.code, f"Try again in {wait} seconds."))
    response["Retry-After"] = str(wait)
    return response
