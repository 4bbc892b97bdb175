"""Posting one committed transfer at a time: every contender, random accounts and one hot account."""

from argparse import ArgumentParser, Namespace

from benchmarks import contenders
from benchmarks.contenders import Entry
from benchmarks.crew import Crew, crews
from benchmarks.pgbench import TITLE as PGBENCH
from benchmarks.pgbench import Pgbench
from benchmarks.progress import say
from benchmarks.results import Results, Round
from benchmarks.server import Server, describe

PATTERNS = ("random", "hot")
ENTRIES = contenders.CONTENDERS


def add_options(parser: ArgumentParser) -> None:
    """Sizes of this section."""
    parser.add_argument("--seconds", type=float, default=5, help="how long each figure is measured (5)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds through all contenders (3)")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16], help="processes at once")
    parser.add_argument("--accounts", type=int, default=1000, help="accounts (1000)")
    parser.add_argument("--fill", type=int, default=10_000, help="transfers that stand beforehand (10000)")


def run(server: Server, options: Namespace, chosen: list[Entry]) -> None:
    """Rounds through every contender; within a round the contenders take turns at each figure."""
    sizes = {name: getattr(options, name) for name in ("seconds", "clients", "accounts", "fill")}
    path = server.installation.directory / "posting.json"
    results = Results(path, machine=describe(server), sizes=sizes, keep=options.keep)
    floor = Pgbench(server)
    with crews(chosen, server, keep=options.keep) as ready:
        floor.prepare(keep=options.keep)
        for crew in ready:
            say(f"filling {crew.entry.title}")
            crew.prepare(accounts=options.accounts, fill=options.fill)
        for _ in range(options.rounds):
            results.add(_round(ready, floor, options, seed=results.number_of_rounds + 1))
        for crew in ready:
            crew.check()
        floor.check()


def _round(ready: list[Crew], floor: Pgbench, options: Namespace, *, seed: int) -> Round:
    figures: dict[str, dict[str, float]] = {}
    for pattern in PATTERNS:
        for clients in options.clients:
            cell = f"{pattern} {clients}"
            for crew in ready:
                rate = crew.rate(clients=clients, seconds=options.seconds, is_hot=pattern == "hot", seed=seed)
                figures.setdefault(crew.entry.name, {})[cell] = rate
                say(f"round {seed}, {cell}: {crew.entry.title} {rate:,.0f}/s")
            if pattern == "random":
                rate = floor.rate(clients=clients, seconds=options.seconds)
                figures.setdefault("pgbench", {})[cell] = rate
                say(f"round {seed}, {cell}: {PGBENCH} {rate:,.0f}/s")
    for crew in ready:
        crew.settle()
    return {"transfers_per_second": figures}
