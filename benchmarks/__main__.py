"""The benchmark: a section at a time on a PostgreSQL of its own, and the tables of docs/speed.md."""

import sys
from argparse import ArgumentParser

from benchmarks import bulk, growth, posting, seals
from benchmarks.document import publish
from benchmarks.server import PLACE, running_server
from config.startup import CannotStart

SECTIONS = {"posting": posting, "bulk": bulk, "growth": growth, "seals": seals}


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; the exit code."""
    options = _parser().parse_args(arguments)
    if options.section == "publish":
        publish(PLACE)
        return 0
    try:
        with running_server() as server:
            module = SECTIONS[options.section]
            chosen = [entry for entry in module.ENTRIES if not options.only or entry.name in options.only]
            module.run(server, options, chosen)
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="make bench", description=__doc__)
    sections = parser.add_subparsers(dest="section", required=True)
    sections.add_parser("publish", help="keep the results and write them into docs/speed.md")
    for name, module in SECTIONS.items():
        section = sections.add_parser(name, help=module.__doc__)
        module.add_options(section)
        section.add_argument(
            "--keep", action="store_true", help="add rounds to the databases and results of before"
        )
        section.add_argument(
            "--only",
            nargs="+",
            choices=[entry.name for entry in module.ENTRIES],
            help="these contenders",
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
