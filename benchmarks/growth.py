"""Growth: what reading and posting cost at ten thousand to ten million transfers."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from itertools import pairwise

from benchmarks import contenders
from benchmarks.contenders import Entry
from benchmarks.ledgers import Ledgers, grow, running_ledgers
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
    parser.add_argument("--rounds", type=int, default=3, help="rounds through all sizes (3); 0 only grows")
    parser.add_argument("--most", type=int, help="with 0 rounds: grow by so many at most, go on with --keep")
    parser.add_argument("--reads", type=int, default=1000, help="reads of each kind in a round (1000)")
    parser.add_argument("--seconds", type=float, default=5, help="how long posting is measured (5)")
    parser.add_argument("--accounts", type=int, default=1000, help="accounts, half of them guarded (1000)")


def run(server: Server, options: Namespace, chosen: list[Entry]) -> None:
    """All of it, the ledgers in a process of their own."""
    with running_ledgers(server) as ledgers:
        measure(ledgers, server, options, chosen)


def measure(ledgers: Ledgers, server: Server, options: Namespace, chosen: list[Entry]) -> None:
    """A ledger for each size, each the copy of the one before, grown; then rounds through all of them.

    In a round the sizes take turns, so that whatever else the machine does meets them alike. With `--keep`
    ledgers that an earlier run has grown are used, and one that it left half-grown goes on.
    """
    sizes = {name: getattr(options, name) for name in ("sizes", "reads", "seconds", "accounts")}
    path = server.installation.directory / "growth.json"
    ordered = sorted(options.sizes)
    (entry,) = chosen
    if not grow_ledgers(ledgers, server, ordered, entry, options):
        return
    results = Results(path, machine=describe(server), sizes=sizes, keep=options.keep)
    for _ in range(options.rounds):
        for size in ordered:
            say(f"at {size:,} transfers")
            ledgers.use(entry.numbered(size))
            ledgers.ask("prepare", accounts=options.accounts)
            results.add({"size": size, **_round(ledgers, server, options, seed=results.number_of_rounds)})


def grow_ledgers(
    ledgers: Ledgers, server: Server, sizes: Sequence[int], entry: Entry, options: Namespace
) -> bool:
    """Make the ledger of each size, smallest first; False if some are left for the next run."""
    left = options.most or sum(sizes)
    for before, size in pairwise([0, *sizes]):
        at_size = entry.numbered(size)
        if not (options.keep and server.has_database(at_size.database)):
            server.drop_database(at_size.database)
            if before:
                server.copy_database(entry.numbered(before).database, at_size.database)
        standing, grown = grow(ledgers, server, at_size, size, accounts=options.accounts, most=left)
        left -= grown
        if standing < size:
            return False
    return True


def _round(ledgers: Ledgers, server: Server, options: Namespace, *, seed: int) -> Round:
    figures: Round = {"read": ledgers.ask("read", times=options.reads, seed=seed)}
    figures["books"] = ledgers.ask("balance_books", times=5)
    ledgers.ask("post_without_roll_up", transfers=BEHIND, seed=seed)
    figures["read_behind"] = ledgers.ask("read", times=options.reads, seed=seed)
    server.checkpoint()
    figures["posted_per_second"] = ledgers.ask("post", seconds=options.seconds, seed=seed)
    ledgers.ask("roll_up")
    for name in ("read", "read_behind"):
        say(f"{name}: " + ", ".join(
            f"{way} {ms['median']:.3f}/{ms['p99']:.3f}" for way, ms in figures[name].items()
        ))  # fmt: skip
    say(", ".join(f"{name} {ms:.1f} ms" for name, ms in figures["books"].items()))
    say(f"posting: {figures['posted_per_second']:.0f}/s")
    return figures
