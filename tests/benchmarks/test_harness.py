"""The benchmark at tiny sizes, without peers: it counts what was committed, voids what doesn't add up."""

import itertools
import json
import os
import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from benchmarks import bulk, contenders, growth, posting, seals
from benchmarks.clients import moves_among
from benchmarks.contenders.contract import DoesNotAddUp
from benchmarks.crew import CrewFailed, crews
from benchmarks.growth_tables import growth_tables
from benchmarks.ledgers import Ledgers, running_ledgers
from benchmarks.seals_tables import seals_tables
from benchmarks.server import Server, describe, running_server

pytestmark = pytest.mark.external


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    place = Path(os.environ["STRONGROOM_VAR"]) / f"bench-{os.getpid()}"
    with running_server(place, is_durable=False) as server:
        yield server
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def ledgers(server: Server) -> Iterator[Ledgers]:
    with running_ledgers(server) as ledgers:
        yield ledgers


def _options(section: ModuleType, *arguments: str) -> Namespace:
    parser = ArgumentParser()
    section.add_options(parser)
    sizes = ["--accounts=5", "--rounds=1", *arguments]
    return Namespace(**vars(parser.parse_args(sizes)), keep=False)


def _rounds(server: Server, section: str) -> list[dict[str, Any]]:
    rounds: list[dict[str, Any]] = json.loads(
        (server.installation.directory / f"{section}.json").read_text()
    )["rounds"]
    return rounds


def test_posting_measures_every_pattern_and_number_of_clients(server: Server) -> None:
    chosen = [contenders.STATEMENTS, contenders.FUNCTION]

    posting.run(server, _options(posting, "--fill=20", "--seconds=0.1", "--clients", "1", "2"), chosen)

    (figures,) = [each["transfers_per_second"] for each in _rounds(server, "posting")]
    assert set(figures["minimal_statements"]) == {"random 1", "random 2", "hot 1", "hot 2"}
    assert all(rate > 0 for rates in figures.values() for rate in rates.values())


def test_bulk_measures_rate_and_memory(server: Server) -> None:
    chosen = [contenders.FUNCTION, contenders.FUNCTION_WITH_KEYS]

    bulk.run(server, _options(bulk, "--fill=20", "--transfers=50"), chosen)

    (figures,) = _rounds(server, "bulk")
    assert set(figures["transfers_per_second"]) == {entry.name for entry in chosen}
    assert all(peak > 1 for peak in figures["peak_mb"].values())


def test_growth_goes_on_where_it_was_left_and_measures_every_size(server: Server, ledgers: Ledgers) -> None:
    options = _options(
        growth, "--accounts=8", "--sizes", "60", "90", "--reads=3", "--seconds=0.05", "--most=70"
    )
    growth.measure(ledgers, server, options, list(growth.ENTRIES))
    assert not (server.installation.directory / "growth.json").exists()
    assert server.has_database("bench_growth_90")

    growth.measure(ledgers, server, Namespace(**{**vars(options), "keep": True}), list(growth.ENTRIES))

    rounds = _rounds(server, "growth")
    assert [figures["size"] for figures in rounds] == [60, 90]
    assert all(ms["median"] > 0 for figures in rounds for ms in figures["read"].values())
    tables = growth_tables({"rounds": rounds, "machine": describe(server)})
    assert tables.count("\n| 60 | ") == tables.count("\n| 90 | ") == 5


def test_seals_are_made_beside_hashing_and_while_others_post(server: Server, ledgers: Ledgers) -> None:
    options = _options(seals, "--journals=30", "--fill=20", "--seconds=0.2", "--clients=1", "--every=0.05")

    seals.measure(ledgers, server, options, list(seals.ENTRIES))

    rounds = _rounds(server, "seals")
    (figures,) = rounds
    sizes = {"journals": 30, "clients": 1, "every": 0.05}
    assert "| sealing of 30 journals | " in seals_tables(
        {"rounds": rounds, "machine": describe(server), "sizes": sizes}
    )
    assert set(figures["seconds"]) == {"hash_journals", "seal", "hash_everything", "verify"}
    assert all(rate > 0 for rate in figures["transfers_per_second"].values())
    with psycopg.connect(server.url_of(contenders.SEALED.database)) as connection:
        row = connection.execute("select sum(journal_count) from ledger_seal").fetchone()
        assert row == connection.execute("select count(*) from ledger_journal").fetchone()


@pytest.mark.parametrize(
    "damage",
    [
        "delete from transfer where id = (select max(id) from transfer)",
        "update account set balance = balance + 1 where id = 1",
    ],
)
def test_figures_of_a_contender_that_loses_money_are_void(server: Server, damage: str) -> None:
    with crews([contenders.STATEMENTS], server, keep=False) as (crew,):
        crew.prepare(accounts=5, fill=20)
        crew.bulk(transfers=10, seed=1)
        crew.check()
        with psycopg.connect(server.url_of(contenders.STATEMENTS.database)) as connection:
            connection.execute(damage)

        with pytest.raises((DoesNotAddUp, CrewFailed), match=r"stand|Statements"):
            crew.check()


def test_moves_go_between_two_accounts_or_to_the_hot_one() -> None:
    among = list(itertools.islice(moves_among(3, is_hot=False, seed=1), 200))
    hot = list(itertools.islice(moves_among(3, is_hot=True, seed=1), 200))

    assert {(move.source, move.target) for move in among} == set(itertools.permutations((1, 2, 3), 2))
    assert {(move.source, move.target) for move in hot} == {(1, 0), (2, 0), (3, 0)}
