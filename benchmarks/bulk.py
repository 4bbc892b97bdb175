"""Bulk: many journals in one call, its rate and the memory of the process that posts."""

from argparse import ArgumentParser, Namespace

from benchmarks import contenders
from benchmarks.contenders import Entry
from benchmarks.crew import crews
from benchmarks.progress import say
from benchmarks.results import Results
from benchmarks.server import Server, describe

ENTRIES = (
    contenders.STRONGROOM_INSIDE,
    contenders.FUNCTION,
    contenders.FUNCTION_WITH_KEYS,
    contenders.HORDAK_BULK,
)


def add_options(parser: ArgumentParser) -> None:
    """Sizes of this section."""
    parser.add_argument("--transfers", type=int, default=100_000, help="transfers a call (100000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds through all contenders (3)")
    parser.add_argument("--accounts", type=int, default=1000, help="accounts (1000)")
    parser.add_argument("--fill", type=int, default=10_000, help="transfers that stand beforehand (10000)")


def run(server: Server, options: Namespace, chosen: list[Entry]) -> None:
    """Rounds through every contender, each call in a process and on a connection of its own."""
    sizes = {name: getattr(options, name) for name in ("transfers", "accounts", "fill")}
    path = server.installation.directory / "bulk.json"
    results = Results(path, machine=describe(server), sizes=sizes, keep=options.keep)
    with crews(chosen, server, keep=options.keep) as ready:
        for crew in ready:
            say(f"filling {crew.entry.title}")
            crew.prepare(accounts=options.accounts, fill=options.fill)
        for _ in range(options.rounds):
            rates: dict[str, float] = {}
            peaks: dict[str, float] = {}
            for crew in ready:
                name = crew.entry.name
                rates[name], peaks[name] = crew.bulk(
                    transfers=options.transfers, seed=results.number_of_rounds + 1
                )
                say(f"{crew.entry.title}: {rates[name]:,.0f}/s, {peaks[name]:,.0f} MB")
                crew.settle()
            results.add({"transfers_per_second": rates, "peak_mb": peaks})
        for crew in ready:
            crew.check()
