"""Guarding tables in migrations: who sees a row besides the reserve, one line per table.

    operations = [guarded(by_firm("members_agreement"), by_person("api_idempotentrequest"))]

`docs/tenancy.md` lists every table; tests/tenancy compares it with the database.
"""

from dataclasses import dataclass

from django.db import migrations


@dataclass(frozen=True, slots=True)
class Guard:
    """A table and the condition under which a firm or person sees a row of it and may write it.

    What is the same for all rows of a query stands in a subquery of its own, so that PostgreSQL computes
    it once; the reserve's work is decided by the first of them, before the condition is looked at.
    """

    table: str
    condition: str

    @property
    def statements(self) -> tuple[str, ...]:
        """Owner's and service's policies, enforced for both."""
        seen = "(select tenancy_is_reserve())"
        if self.condition:
            seen = f"{seen} or ({self.condition})"
        return (
            # The owner makes the tables and the functions that post; its policy says so, instead of
            # leaving row-level security unenforced for whoever is the owner.
            f"create policy tenancy_owner on {self.table} to current_user using (true)",
            f"create policy tenancy_service on {self.table} to strongroom_service using ({seen})",
            f"alter table {self.table} enable row level security",
            f"alter table {self.table} force row level security",
        )

    @property
    def reverse_statements(self) -> tuple[str, ...]:
        """Without a wall again."""
        return (
            f"alter table {self.table} no force row level security",
            f"alter table {self.table} disable row level security",
            f"drop policy tenancy_service on {self.table}",
            f"drop policy tenancy_owner on {self.table}",
        )


def by_firm(table: str, *columns: str) -> Guard:
    """A row belongs to the firm that the column (`firm_id`), or any of the columns, names."""
    names = columns or ("firm_id",)
    return Guard(table, " or ".join(f"{name} = any ((select tenancy_firms())::uuid[])" for name in names))


def by_parent(table: str, column: str, parent: str, *, key: str = "id") -> Guard:
    """A row is seen with the row of `parent` that it belongs to."""
    return Guard(
        table,
        f"exists (select from {parent} parent where parent.{key} = {table}.{column})",
    )


def by_person(table: str, column: str = "user_id") -> Guard:
    """A row belongs to one user."""
    return Guard(table, f"{column} = (select tenancy_person())")


def by_condition(table: str, condition: str) -> Guard:
    """Whatever else tells whose a row is."""
    return Guard(table, condition)


def for_the_reserve_alone(table: str) -> Guard:
    """No firm sees any row."""
    return Guard(table, "")


def guarded(*guards: Guard) -> migrations.RunSQL:
    """The operation that guards these tables."""
    return migrations.RunSQL(
        sql=";\n".join(statement for guard in guards for statement in guard.statements),
        reverse_sql=";\n".join(statement for guard in guards for statement in guard.reverse_statements),
    )
