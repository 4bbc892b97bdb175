"""PostgreSQL is killed while several clients post: nothing acknowledged is lost, nothing is half there.

Two kills in CI; `make torture ROUNDS=0-99` does as many as it is asked for. A round's number decides how
and when it kills, so a round that failed is repeated with `make torture ROUNDS=7`.
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ledger.recount import list_faults
from tests.torture.clients import Client, clients, wait_for_acknowledgements
from tests.torture.posting import PURSES, size_of_batch
from tests.torture.server import KILLS, Server, kill_everything

pytestmark = pytest.mark.external
WAYS = ("bulk", "bulk", "single", "single")
SET_UP = f"""
import django; django.setup()
from tenancy import work_for_the_reserve
work_for_the_reserve()
from django.db import transaction
from ledger.services import AccountSpec, open_accounts
from tests.ledger.standing import move, open_standing_accounts, post
open_standing_accounts()
open_accounts(accounts=[AccountSpec(path, "money:USD", True) for path in {PURSES}])
with transaction.atomic():
    post(*(move("loan/example", path, 10**9) for path in {PURSES}), key="funds")
"""


# How many kills there are without being asked for more.
KILLS_IN_CI = 2


def _rounds() -> list[int]:
    """The rounds that were asked for, as "7" or "0-99"."""
    first, _, last = os.environ.get("STRONGROOM_TORTURE_ROUNDS", f"0-{KILLS_IN_CI - 1}").rpartition("-")
    return list(range(int(first or last), int(last) + 1))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A durable server with the standing accounts and well filled purses."""
    server = Server(tmp_path_factory.mktemp("torture"))
    try:
        server.set_up()
        result = server.run("-c", SET_UP)
        assert result.returncode == 0, result.stderr
        yield server
    finally:
        server.remove()


def journals_of(server: Server, round_name: str) -> Counter[tuple[str, int]]:
    """How many journals stand of each client's batches in this round."""
    with server.connect() as connection:
        rows = connection.execute(
            "select idempotency_key from ledger_journal where starts_with(idempotency_key, %s)",
            [f"{round_name}-"],
        )
        keys = [str(key).split("/") for (key,) in rows]
    return Counter((client, int(place)) for client, place, _ in keys)


def kill_in_the_middle(
    server: Server, number: int, directory: Path, kill: Callable[[Server], None]
) -> list[Client]:
    """Kill the server at a moment of this round's own while all clients post; start it again."""
    at_random = random.Random(number)
    names = [(f"r{number}-{place}", way) for place, way in enumerate(WAYS)]
    with clients(server, names, directory) as started:
        wait_for_acknowledgements(started, batches=at_random.randint(1, 6))
        time.sleep(at_random.random() / 2)
        kill(server)
        for client in started:
            client.wait()
    server.start_again()
    return started


def lost_batches(started: list[Client], standing: Counter[tuple[str, int]]) -> list[tuple[str, int]]:
    """Batches that were acknowledged and are not there as a whole."""
    return [
        (client.name, place)
        for client in started
        for place in range(client.acknowledged)
        if standing[client.name, place] != size_of_batch(client.way)
    ]


def assert_in_order(server: Server) -> None:
    """By the recount and by the ledger's own verification."""
    with server.connect() as connection:
        assert list_faults(connection.cursor()) == []
    result = server.run("manage.py", "verify", "--json")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("number", _rounds())
def test_what_was_acknowledged_outlives_a_kill_and_the_rest_is_whole_or_absent(
    server: Server, number: int, tmp_path: Path
) -> None:
    started = kill_in_the_middle(server, number, tmp_path, KILLS[number % len(KILLS)])
    standing = journals_of(server, f"r{number}")
    assert lost_batches(started, standing) == []
    sizes = {client.name: size_of_batch(client.way) for client in started}
    assert [batch for batch, count in standing.items() if count != sizes[batch[0]]] == []
    begun = {client.name: client.begun for client in started}
    assert [(name, place) for name, place in standing if place >= begun[name]] == []
    assert any(client.begun > client.acknowledged for client in started), "nobody was in the middle"
    assert_in_order(server)

    for client in started:
        counts = json.loads(client.post_again(tmp_path))
        had = sum(count for (name, _), count in standing.items() if name == client.name)
        assert counts == {"posted": client.begun * sizes[client.name] - had, "replayed": had}
    assert journals_of(server, f"r{number}") == {
        (client.name, place): sizes[client.name] for client in started for place in range(client.begun)
    }
    assert_in_order(server)


def test_without_waiting_for_the_disk_acknowledged_journals_are_lost(server: Server, tmp_path: Path) -> None:
    """The control: the same kill finds the loss when commits don't wait for the disk."""
    server.administer("alter role strongroom_service set synchronous_commit = off")
    try:
        for number in range(1_000_000, 1_000_005):
            started = kill_in_the_middle(server, number, tmp_path, kill_everything)
            if lost_batches(started, journals_of(server, f"r{number}")):
                return
        pytest.fail("five kills lost nothing: this test could not find a loss")
    finally:
        server.administer("alter role strongroom_service reset synchronous_commit")
