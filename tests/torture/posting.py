"""A client of the ledger that posts until its database is gone: `python -m tests.torture.posting`.

It writes down what it is about to post and, once that is committed, what was acknowledged. All it posts
follows from its name, so that it can be asked to post the very same again (`--again`) after a crash.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from random import Random

import django

django.setup()

from tenancy import work_for_the_reserve  # noqa: E402

work_for_the_reserve()

from django.db import InterfaceError, OperationalError, transaction  # noqa: E402

from ledger.services import (  # noqa: E402
    JournalRequest,
    PostedJournal,
    Resolution,
    TransferRequest,
    post_journals,
    post_journals_alone,
)
from tests.ledger.standing import hold, journal, move  # noqa: E402

BULK = 300
PURSES = [f"purse/{number}" for number in range(8)]


def main(arguments: Sequence[str]) -> int:
    """Post until the database is gone, or what was begun before again; always ends with 0."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--way", choices=["bulk", "single"], required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--again", type=int, help="how many batches to go through once more")
    options = parser.parse_args(arguments)
    places: Iterable[int] = count() if options.again is None else range(options.again)
    answers: list[PostedJournal] = []
    held = 0
    with options.log.open("a", buffering=1) as log:
        for place in places:
            log.write(f"begun {place}\n")
            try:
                posted = post_batch(options.name, options.way, place, held)
            except (OperationalError, InterfaceError) as error:
                log.write(f"gone {type(error).__name__}\n")
                break
            log.write(f"done {place}\n")
            held = posted[0].transfer_ids[0]
            answers += posted
    replayed = sum(answer.is_replay for answer in answers)
    sys.stdout.write(json.dumps({"posted": len(answers) - replayed, "replayed": replayed}))
    return 0


def post_batch(name: str, way: str, place: int, held: int) -> list[PostedJournal]:
    """Many journals in the caller's transaction, or one alone."""
    if way == "single":
        return post_journals_alone(journals=[_single(name, place, held)])
    with transaction.atomic():
        return post_journals(journals=[_one_of_many(name, place, number) for number in range(BULK)])


def size_of_batch(way: str) -> int:
    """How many journals a batch has."""
    return BULK if way == "bulk" else 1


def _single(name: str, place: int, held: int) -> JournalRequest:
    """By turns it holds, posts a part of that, holds, and voids that beside something else."""
    turns: list[list[TransferRequest | Resolution]] = [
        [hold(PURSES[0], "income/storage", 2)],
        [Resolution(held, "post", 1)],
        [hold("loan/example", PURSES[1], 3)],
        [Resolution(held, "void"), move("loan/example", PURSES[2], 1)],
    ]
    return journal(*turns[place % len(turns)], key=f"{name}/{place}/0")


def _one_of_many(name: str, place: int, number: int) -> JournalRequest:
    """Every tenth brings material in, the others move money about."""
    key = f"{name}/{place}/{number}"
    if number % 10 == 0:
        custody = move("outside/antimony", "custody/east/antimony", 5)
        return journal(custody, move("issued/antimony", "unattributed/antimony", 5), key=key)
    random = Random(key)
    source, target = random.sample([*PURSES, "income/storage", "loan/example"], 2)
    return journal(move(source, target, random.randint(1, 9)), key=key, metadata={"number": str(number)})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
