"""Migrations are in one line per app, complete, and safe on a table that is in use."""

from collections import Counter
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from tests.architecture.tree import DOMAIN_APPS, ROOT


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


@pytest.mark.parametrize("app", DOMAIN_APPS)
def test_each_migration_has_one_successor(app: str, loader: MigrationLoader) -> None:
    parents = [
        parent
        for (label, _), migration in loader.disk_migrations.items()
        if label == app
        for parent in migration.dependencies
        if parent[0] == app
    ]

    assert [parent for parent, count in Counter(parents).items() if count > 1] == []
    assert len(loader.graph.leaf_nodes(app)) == 1


def test_migrations_are_numbered_in_order(loader: MigrationLoader) -> None:
    for app in DOMAIN_APPS:
        names = sorted(name for label, name in loader.disk_migrations if label == app)

        assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1)), app


@pytest.mark.django_db(databases=["default", "owner"])
def test_no_model_is_ahead_of_its_migrations() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())


@pytest.mark.django_db(databases=["default", "owner"])
def test_migrations_are_safe_on_a_table_in_use() -> None:
    linter = MigrationLinter(
        str(ROOT),
        include_apps=list(DOMAIN_APPS),
        database="owner",
        analyser_string="postgresql",
        no_cache=True,
        ignore_initial_migrations=True,
    )
    linter.lint_all_migrations()

    assert not linter.has_errors


@pytest.mark.django_db(databases=["owner"])
def test_the_tables_were_made_by_these_migrations() -> None:
    applied = {
        key for key in MigrationLoader(connections["owner"]).applied_migrations if key[0] in DOMAIN_APPS
    }
    on_disk = {key for key in MigrationLoader(None).disk_migrations if key[0] in DOMAIN_APPS}

    assert applied == on_disk


def test_constraints_carry_the_name_of_their_app() -> None:
    strangers = [
        constraint.name
        for app in DOMAIN_APPS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{app}_")
    ]

    assert strangers == []
