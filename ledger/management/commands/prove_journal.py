"""`manage.py prove_journal`: a file that shows that a journal is in the sealed ledger."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import CommandError

from errors import Refusal
from jobs.selectors import get_database_time
from ledger.domain.proofs import proof_document
from ledger.management.documents import STANDARD_OUTPUT, write_document
from ledger.management.progress import refusal_text
from ledger.selectors import get_inclusion_proof
from tenancy.commands import ReserveCommand


class Command(ReserveCommand):
    """Writes a document that docs/verify_inclusion.py checks without a database."""

    help = "Prove that a journal is in the sealed ledger: exit 0 if written, 2 if not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which journal, against which digest, for whom."""
        parser.add_argument("journal", type=int, help="number of the journal")
        parser.add_argument("--seal", type=int, help="seal_number of the digest to check it against")
        parser.add_argument(
            "--without-content", action="store_true", help="for somebody who may not read the journal"
        )
        parser.add_argument("--output", default=STANDARD_OUTPUT, help="a new file; else standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prove and write."""
        try:
            proof = get_inclusion_proof(
                journal_id=options["journal"], made_at=get_database_time(), through_seal=options["seal"]
            )
        except Refusal as refusal:
            raise CommandError(refusal_text(refusal), returncode=2) from None
        if options["without_content"]:
            proof = replace(proof, content=None)
        write_document(proof_document(proof), options["output"], self.stdout)
