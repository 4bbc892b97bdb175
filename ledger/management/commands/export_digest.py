"""`manage.py export_digest`: the sealed ledger in a few hundred bytes, signed, to be kept elsewhere."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from errors import Refusal
from jobs.selectors import get_database_time
from ledger.domain.proofs import digest_document
from ledger.management.documents import STANDARD_OUTPUT, write_document
from ledger.management.progress import refusal_text
from ledger.selectors import get_digest
from ledger.signing import load_signing_key, sign_digest
from tenancy.commands import ReserveCommand


class Command(ReserveCommand):
    """Writes a document that `manage.py verify --against` and docs/verify_inclusion.py read."""

    help = "Export the signed digest of all seals: exit 0 if written, 2 if not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and up to which seal."""
        parser.add_argument("--output", default=STANDARD_OUTPUT, help="a new file; else standard output")
        parser.add_argument("--seal", type=int, help="number of the last seal in it; else the last there is")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Sign and write."""
        try:
            key = load_signing_key()
            digest = get_digest(made_at=get_database_time(), through=options["seal"])
        except Refusal as refusal:
            raise CommandError(refusal_text(refusal), returncode=2) from None
        write_document(digest_document(sign_digest(digest, key)), options["output"], self.stdout)
