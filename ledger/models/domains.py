"""Columns whose type refuses what must never stand in them.

A check constraint of a table is read anew by each statement that writes to it; that of a domain is kept.
So rules that one column can hold are held by its type (ledger/migrations/sql/domains.sql).
"""

from typing import Any

from django.db import models


class _OfDomain:
    """A field whose column is of one of the ledger's domains."""

    def __init__(self, *args: Any, domain: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.domain = domain

    def deconstruct(self) -> Any:
        """As a migration writes it."""
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, path, args, {**kwargs, "domain": self.domain}

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        """The column type."""
        return self.domain


# Subscripted only by the type checker: at run time Django's fields take no type arguments.
class DomainField(_OfDomain, models.BigIntegerField):  # type: ignore[type-arg]
    """A whole number."""


class MonthField(_OfDomain, models.DateField):  # type: ignore[type-arg]
    """The first day of a month."""
