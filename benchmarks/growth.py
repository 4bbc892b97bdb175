"""Growth: what reading and posting cost at ten thousand to ten million transfers."""

import multiprocessing
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from benchmarks import contenders
from benchmarks.contenders import Entry
from benchmarks.crew import environment_for, make_ready
from benchmarks.progress import say
from benchmarks.results import Results, Round
from benchmarks.server import Server, describe

ENTRIES = (contenders.GROWN,)
# What is posted in two seconds at a few hundred journals a second: so far behind the totals may be.
BEHIND = 1000


def add_options(parser: ArgumentParser) -> None:
    """Sizes of this section."""
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000],
        help="transfers at which everything is measured",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=3, help="rounds at each size (3)")
    parser.add_argument("--reads", type=int, default=1000, help="reads of each kind in a round (1000)")
    parser.add_argument("--seconds", type=float, default=5, help="how long posting is measured (5)")
    parser.add_argument("--accounts", type=int, default=1000, help="accounts, half of them guarded (1000)")


def run(server: Server, options: Namespace, chosen: list[Entry]) -> None:
    """One ledger grows from size to size; at each, rounds through everything that is measured."""
    sizes = {name: getattr(options, name) for name in ("sizes", "reads", "seconds", "accounts")}
    path = server.installation.directory / "growth.json"
    results = Results(path, machine=describe(server), sizes=sizes, keep=False)
    standing = 0
    for entry in chosen:
        with _ledger(entry, server) as ask:
            ask("prepare", accounts=options.accounts)
            for size in sorted(options.sizes):
                seconds = ask("grow", transfers=size - standing, seed=size)
                say(f"{size:,} transfers; the roll-up of {size - standing:,} took {seconds:.1f} s")
                standing = size
                server.settle(entry.database)
                for number in range(options.rounds):
                    figures = _round(ask, server, options, seed=size + 10 * number)
                    results.add({"size": size, "roll_up_seconds": seconds, **figures})


def _round(ask: Any, server: Server, options: Namespace, *, seed: int) -> Round:
    figures: Round = {"read": ask("read", times=options.reads, seed=seed)}
    figures["books"] = ask("balance_books", times=5)
    ask("post_without_roll_up", transfers=BEHIND, seed=seed + 1)
    figures["read_behind"] = ask("read", times=options.reads, seed=seed + 2)
    server.checkpoint()
    figures["posted_per_second"] = ask("post", seconds=options.seconds, seed=seed + 3)
    ask("roll_up")
    for name in ("read", "read_behind"):
        say(f"{name}: " + ", ".join(
            f"{way} {ms['median']:.3f}/{ms['p99']:.3f}" for way, ms in figures[name].items()
        ))  # fmt: skip
    say(", ".join(f"{name} {ms:.1f} ms" for name, ms in figures["books"].items()))
    say(f"posting: {figures['posted_per_second']:.0f}/s")
    return figures


@contextmanager
def _ledger(entry: Entry, server: Server) -> Iterator[Any]:
    """The ledger in a process of its own, which is told the database before Django reads its settings."""
    url = make_ready(entry, server, is_new=True)
    context = multiprocessing.get_context("spawn")
    environment = environment_for(url, server)
    with ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(environment,)) as pool:
        yield lambda order, **details: pool.submit(_answer, order, details).result()


_grown: Any = None


def _begin(environment: dict[str, str]) -> None:
    global _grown
    os.environ.update(environment)
    from benchmarks.contenders import strongroom  # noqa: F401 - sets Django up
    from benchmarks.contenders.grown import Grown

    _grown = Grown()


def _answer(order: str, details: dict[str, Any]) -> Any:
    return getattr(_grown, order)(**details)
