"""The benchmark at tiny sizes, without peers: it counts what was committed, voids what doesn't add up."""

import itertools
import json
import os
import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import psycopg
import pytest

from benchmarks import bulk, contenders, posting
from benchmarks.clients import moves_among
from benchmarks.contenders.contract import DoesNotAddUp
from benchmarks.crew import CrewFailed, crews
from benchmarks.server import Server, running_server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    place = Path(os.environ["STRONGROOM_VAR"]) / f"bench-{os.getpid()}"
    with running_server(place, is_durable=False) as server:
        yield server
    shutil.rmtree(place, ignore_errors=True)


def _options(section: ModuleType, *arguments: str) -> Namespace:
    parser = ArgumentParser()
    section.add_options(parser)
    sizes = ["--accounts=5", "--fill=20", "--rounds=1", *arguments]
    return Namespace(**vars(parser.parse_args(sizes)), keep=False)


def test_posting_measures_every_pattern_and_number_of_clients(server: Server) -> None:
    chosen = [contenders.STRONGROOM_ALONE, contenders.FUNCTION]

    posting.run(server, _options(posting, "--seconds=0.1", "--clients", "1", "2"), chosen)

    content = json.loads((server.installation.directory / "posting.json").read_text())
    (figures,) = [each["transfers_per_second"] for each in content["rounds"]]
    assert set(figures["strongroom_alone"]) == {"random 1", "random 2", "hot 1", "hot 2"}
    assert all(rate > 0 for rates in figures.values() for rate in rates.values())


def test_bulk_measures_rate_and_memory(server: Server) -> None:
    chosen = [contenders.STRONGROOM_INSIDE, contenders.FUNCTION_WITH_KEYS]

    bulk.run(server, _options(bulk, "--transfers=50"), chosen)

    content = json.loads((server.installation.directory / "bulk.json").read_text())
    (figures,) = content["rounds"]
    assert set(figures["transfers_per_second"]) == {entry.name for entry in chosen}
    assert all(peak > 1 for peak in figures["peak_mb"].values())


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
            connection.execute(damage)  # type: ignore[call-overload]

        with pytest.raises((DoesNotAddUp, CrewFailed), match=r"stand|Statements"):
            crew.check()


def test_moves_go_between_two_accounts_or_to_the_hot_one() -> None:
    among = list(itertools.islice(moves_among(3, is_hot=False, seed=1), 200))
    hot = list(itertools.islice(moves_among(3, is_hot=True, seed=1), 200))

    assert {(move.source, move.target) for move in among} == set(itertools.permutations((1, 2, 3), 2))
    assert {(move.source, move.target) for move in hot} == {(1, 0), (2, 0), (3, 0)}
