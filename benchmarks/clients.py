"""The process that holds one contender and forks its clients: `python -m benchmarks.clients NAME`.

It reads one order a line from standard input and answers each with a line, both JSON. Importing the
contender's packages happens once; every client is a process of its own with a connection of its own.
"""

import itertools
import json
import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from benchmarks.contenders import contender_named
from benchmarks.contenders.contract import Contender, Move

# Posted before the clock runs, so that plans and caches of a new connection are there.
WARM_UP_TRANSFERS = 20
FORK = multiprocessing.get_context("fork")

Answer = dict[str, Any]


def moves_among(accounts: int, *, is_hot: bool, seed: int) -> Iterator[Move]:
    """Transfers between two of the accounts, or from one of them to the hot account, evenly at random."""
    chance = random.Random(seed)
    while True:
        source = chance.randint(1, accounts)
        target = 0 if is_hot else (source + chance.randrange(accounts - 1)) % accounts + 1
        yield Move(source, target, 1)


class Clients:
    """Answers orders with one contender."""

    def __init__(self, contender: Contender) -> None:
        self._contender = contender
        self._accounts = 0

    def prepare(self, accounts: int, fill: int) -> Answer:
        """Tables, accounts, and transfers that stand before anything is measured."""
        self._accounts = accounts
        self._contender.prepare(accounts=accounts)
        if fill:
            self._contender.post_many(list(itertools.islice(self._moves(is_hot=False, seed=0), fill)))
        return {}

    def run(self, clients: int, seconds: float, *, is_hot: bool, seed: int) -> Answer:
        """Let so many clients post for so many seconds; what they committed, and how long it took."""
        barrier = FORK.Barrier(clients)
        jobs = [
            partial(self._post_for, seconds, barrier, is_hot=is_hot, seed=seed * 1000 + number)
            for number in range(clients)
        ]
        answers = _in_processes(jobs)
        return {
            "transfers": sum(answer["transfers"] for answer in answers),
            "warm_up": WARM_UP_TRANSFERS * clients,
            "seconds": max(a["end"] for a in answers) - min(a["begin"] for a in answers),
        }

    def bulk(self, transfers: int, seed: int) -> Answer:
        """Post so many transfers in the contender's fastest way, in a process of its own; its peak memory."""
        return _in_processes([lambda: self._post_many(transfers, seed)])[0]

    def check(self) -> Answer:
        """How many transfers stand, all balances having been compared."""
        self._contender.connect()
        return {"transfers": self._contender.check()}

    def _moves(self, *, is_hot: bool, seed: int) -> Iterator[Move]:
        return moves_among(self._accounts, is_hot=is_hot, seed=seed)

    def _post_for(self, seconds: float, barrier: Any, *, is_hot: bool, seed: int) -> Answer:
        moves = self._moves(is_hot=is_hot, seed=seed)
        post = self._contender.post
        self._contender.connect()
        for move in itertools.islice(moves, WARM_UP_TRANSFERS):
            post(move)
        barrier.wait()
        begin = time.monotonic()
        transfers = 0
        while time.monotonic() < begin + seconds:
            post(next(moves))
            transfers += 1
        return {"transfers": transfers, "begin": begin, "end": time.monotonic()}

    def _post_many(self, transfers: int, seed: int) -> Answer:
        self._contender.connect()
        moves = list(itertools.islice(self._moves(is_hot=False, seed=seed), transfers))
        begin = time.monotonic()
        self._contender.post_many(moves)
        seconds = time.monotonic() - begin
        peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"transfers": transfers, "seconds": seconds, "peak_mb": peak_kib * 1024 / 1e6}


def _in_processes(jobs: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Run each job in a process of its own, all at once; their answers."""
    queue = FORK.SimpleQueue()
    processes = [FORK.Process(target=_answer, args=(job, queue)) for job in jobs]
    for process in processes:
        process.start()
    answers = [queue.get() for _ in jobs]
    for process in processes:
        process.join()
    failed = [answer["error"] for answer in answers if "error" in answer]
    if failed:
        raise RuntimeError(failed[0])
    return answers


def _answer(job: Callable[[], Answer], queue: Any) -> None:
    try:
        queue.put(job())
    except Exception as error:  # noqa: BLE001 - whatever it was, the parent tells it
        queue.put({"error": f"{type(error).__name__}: {error}"})


def main() -> None:
    """Answer orders until the input ends."""
    answers = sys.stdout
    # Whatever a contender prints is no answer.
    sys.stdout = sys.stderr
    clients = Clients(contender_named(sys.argv[1]).make())
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = getattr(clients, order.pop("do"))(**order)
        except Exception as error:  # noqa: BLE001 - whatever it was, the parent tells it
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
