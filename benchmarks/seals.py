"""Seals: sealing and verifying a million journals beside hashing the same rows, and posting meanwhile."""

from argparse import ArgumentParser, Namespace

from psycopg import sql

from benchmarks import contenders
from benchmarks.contenders import Entry
from benchmarks.crew import Crew, crews
from benchmarks.ledgers import Ledgers, grow, running_ledgers
from benchmarks.progress import say
from benchmarks.results import Results, Round
from benchmarks.server import Server, describe

ENTRIES = (contenders.SEALED,)
JOURNALS = ("ledger_journal",)
EVERYTHING = ("ledger_journal", "ledger_transfer")
# In one round, so that a machine that grows slower or faster meanwhile favours neither.
TURNS = ("without", "with", "with", "without")


def add_options(parser: ArgumentParser) -> None:
    """Sizes of this section."""
    parser.add_argument("--journals", type=int, default=1_000_000, help="journals to seal (1000000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds through everything (3); 0 only fills")
    parser.add_argument("--accounts", type=int, default=1000, help="accounts (1000)")
    parser.add_argument("--fill", type=int, default=10_000, help="transfers before posting (10000)")
    parser.add_argument("--seconds", type=float, default=10, help="how long each posting is measured (10)")
    parser.add_argument("--clients", type=int, default=4, help="processes that post at once (4)")
    parser.add_argument("--every", type=float, default=1, help="seconds between two sealings meanwhile (1)")


def run(server: Server, options: Namespace, chosen: list[Entry]) -> None:
    """All of it, the ledgers in a process of their own."""
    with running_ledgers(server) as ledgers:
        measure(ledgers, server, options, chosen)


def measure(ledgers: Ledgers, server: Server, options: Namespace, chosen: list[Entry]) -> None:
    """Seal and verify one ledger; post to another, with and without its being sealed meanwhile."""
    names = ("journals", "accounts", "fill", "seconds", "clients", "every")
    sizes = {name: getattr(options, name) for name in names}
    path = server.installation.directory / "seals.json"
    (entry,) = chosen
    if not options.keep:
        server.drop_database(entry.database)
    grow(ledgers, server, entry, options.journals, accounts=options.accounts, most=options.journals)
    if not options.rounds:
        return
    results = Results(path, machine=describe(server), sizes=sizes, keep=options.keep)
    ledgers.use(entry)
    ledgers.ask("read_and_hash", tables=EVERYTHING)
    found = [_prove(ledgers, entry, server) for _ in range(options.rounds)]
    with crews([contenders.POSTED_WHILE_SEALED], server, keep=options.keep) as (crew,):
        crew.prepare(accounts=options.accounts, fill=options.fill)
        ledgers.use(crew.entry)
        ledgers.ask("seal")
        for seconds in found:
            rates = _post(crew, ledgers, options, seed=results.number_of_rounds + 1)
            results.add({"seconds": seconds, "transfers_per_second": rates})
        ledgers.ask("verify")
        crew.check()


def _prove(ledgers: Ledgers, entry: Entry, server: Server) -> Round:
    server.execute(entry.database, sql.SQL("truncate ledger_seal"))
    server.settle(entry.database)
    seconds = {"hash_journals": ledgers.ask("read_and_hash", tables=JOURNALS)}
    _, seconds["seal"] = ledgers.ask("seal")
    seconds["hash_everything"] = ledgers.ask("read_and_hash", tables=EVERYTHING)
    seconds["verify"] = ledgers.ask("verify")
    say(", ".join(f"{name} {value:.2f} s" for name, value in seconds.items()))
    return seconds


def _post(crew: Crew, ledgers: Ledgers, options: Namespace, *, seed: int) -> dict[str, float]:
    """Transfers per second, the turns of each kind taken together."""
    rates: dict[str, list[float]] = {}
    for turn, kind in enumerate(TURNS):
        sealed = None
        if kind == "with":
            sealed = ledgers.begin("seal_for", seconds=options.seconds, every_seconds=options.every)
        rate = crew.rate(
            clients=options.clients, seconds=options.seconds, is_hot=False, seed=seed * len(TURNS) + turn
        )
        rates.setdefault(kind, []).append(rate)
        say(f"{kind} sealing: {rate:,.0f}/s" + (f", {sealed.result():,} sealed" if sealed else ""))
        ledgers.ask("seal")
    return {kind: sum(found) / len(found) for kind, found in rates.items()}
