"""Proofs that a journal is in the sealed ledger, for auditors, staff, and the firm whose journal it is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocations.selectors import get_drawdown_for
from api.endpoints import Endpoint
from api.fields import WholeNumberField
from api.serializers import StrictSerializer
from billing.selectors import get_invoice_for
from errors import Refusal
from governance.domain.scopes import Area
from governance.models import User
from jobs.selectors import get_database_time
from ledger.domain.canonical import JournalContent
from ledger.domain.proofs import proof_document
from ledger.errors import UnknownJournal
from ledger.selectors import get_inclusion_proof, get_journal_reference
from members.selectors import firms_of, sees_all_firms
from tenancy import for_the_reserve

OWN_RECORDS: dict[str, Callable[[User, str], object]] = {
    "invoice": get_invoice_for,
    "drawdown": get_drawdown_for,
}
"""How a firm finds the business record that a journal names; journals of other records are the reserve's."""


class ProofQuery(StrictSerializer):
    """Against which digest."""

    seal = WholeNumberField(
        required=False, help_text="`seal_number` of the digest you hold; the latest seal if left out."
    )


class PathStepItem(serializers.Serializer[Any]):
    """A neighbour on the way to the root."""

    side = serializers.ChoiceField(choices=["left", "right"], help_text="On which side of us it is.")
    hash = serializers.CharField(help_text="Its hash, hexadecimal.")


class ProvenJournal(serializers.Serializer[Any]):
    """What is proven."""

    number = serializers.IntegerField(help_text="Number of the journal.")
    recorded_at = serializers.DateTimeField(help_text="When it was recorded.")
    fingerprint_version = serializers.IntegerField(help_text="Version of its canonical bytes.")
    fingerprint = serializers.CharField(help_text="SHA-256 of its canonical bytes.")
    place = serializers.IntegerField(help_text="Its place in the seal, counted from 0.")
    content = serializers.JSONField(
        allow_null=True, help_text="What it says; null where it names others than your firm."
    )


class ProofSeal(serializers.Serializer[Any]):
    """The seal that holds it."""

    number = serializers.IntegerField(help_text="Number of the seal.")
    first_journal = serializers.IntegerField(help_text="First journal number it covers.")
    last_journal = serializers.IntegerField(help_text="Last journal number it covers.")
    journal_count = serializers.IntegerField(help_text="How many journals it holds.")
    root = serializers.CharField(help_text="Root of the tree over its journals.")  # type: ignore[assignment]
    previous_hash = serializers.CharField(help_text="Hash of the seal before it.")
    sealed_at = serializers.DateTimeField(help_text="When it was made.")
    hash = serializers.CharField(help_text="Its own hash.")


class ProofDigest(serializers.Serializer[Any]):
    """What a digest has to say for the proof to hold. It is not signed here."""

    seal_number = serializers.IntegerField(help_text="Last seal in it.")
    last_journal = serializers.IntegerField(help_text="Last journal number in it.")
    journal_count = serializers.IntegerField(help_text="How many journals are in it.")
    head_hash = serializers.CharField(help_text="Hash of its last seal.")
    seals_root = serializers.CharField(help_text="Root of the tree over the hashes of all its seals.")
    made_at = serializers.DateTimeField(help_text="When this proof was made.")


class ProofDetail(serializers.Serializer[Any]):
    """The document that docs/verify_inclusion.py checks."""

    format = serializers.CharField(help_text="`strongroom proof`.")
    version = serializers.IntegerField(help_text="1.")
    journal = ProvenJournal(help_text="What is proven.")
    journal_path = PathStepItem(many=True, help_text="From the journal to the root of its seal.")
    seal = ProofSeal(help_text="The seal that holds it.")
    seal_path = PathStepItem(many=True, help_text="From the seal to the root over all seals.")
    digest = ProofDigest(help_text="Where the proof ends.")


class ProofEndpoint(Endpoint):
    """The proof of one journal."""

    area = Area.LEDGER
    query_serializer = ProofQuery

    @extend_schema(operation_id="readJournalProof", parameters=[ProofQuery], responses=ProofDetail)
    def get(self, _request: Request, journal_id: int) -> Response:
        """Prove that a journal is in the sealed ledger; a firm gets its invoices' and drawdowns' only."""
        _require_own(self.actor, journal_id)
        # A proof is made of the whole journal; what the firm may not read of it is taken out below.
        with for_the_reserve():
            proof = get_inclusion_proof(
                journal_id=journal_id, made_at=get_database_time(), through_seal=self.query.get("seal")
            )
        if proof.content is not None and not _may_read(self.actor, proof.content):
            proof = replace(proof, content=None)
        return Response(proof_document(proof))


def _require_own(actor: User, journal_id: int) -> None:
    """Raises UnknownJournal alike for a missing journal and one that isn't the actor's."""
    kind, record = get_journal_reference(journal_id=journal_id)
    if sees_all_firms(actor):
        return
    try:
        OWN_RECORDS[kind](actor, record)
    except (KeyError, Refusal):
        raise UnknownJournal("There is no journal of this number.", journal_id=journal_id) from None


def _may_read(actor: User, content: JournalContent) -> bool:
    """Whether no account in it is another firm's: a firm's accounts carry its identifier."""
    if sees_all_firms(actor):
        return True
    own = {firm.id for firm in firms_of(actor)}
    paths = {path for transfer in content.transfers for path in (transfer.source, transfer.target)}
    return all(_is_own_or_nobodys(part, own) for path in paths for part in path.split("/"))


def _is_own_or_nobodys(part: str, own: set[UUID]) -> bool:
    try:
        return UUID(part) in own
    except ValueError:
        return True
