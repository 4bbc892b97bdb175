"""Keeping the papers of lots: their bytes, their hash, and what they state."""

import hashlib
from collections.abc import Sequence

from errors import refusals_of_constraints
from reserve.domain.measures import check_percent, check_quantity
from reserve.domain.requests import DocumentReceipt
from reserve.errors import DocumentAlreadyUsed, DocumentEmpty, DocumentTooLarge
from reserve.legal_entities import check_country
from reserve.models import Lot, LotDocument, LotDocumentContent
from reserve.texts import check_texts

LARGEST_DOCUMENT_BYTES = 20 * 1024 * 1024


def keep_documents(*, documents: Sequence[tuple[Lot, DocumentReceipt]]) -> list[LotDocument]:
    """Keep documents of lots that stand in the database, in the order given.

    Raises DocumentEmpty, DocumentTooLarge, ValueNotAllowed; DocumentAlreadyUsed when the same content
    belongs to a lot already, or comes twice.
    """
    rows = [_row_of(lot, paper) for lot, paper in documents]
    check_texts(rows)
    _refuse_used(rows)
    with refusals_of_constraints():
        LotDocument.objects.bulk_create(rows)
        LotDocumentContent.objects.bulk_create(
            [
                LotDocumentContent(document=row, content=paper.content)
                for row, (_, paper) in zip(rows, documents, strict=True)
            ]
        )
    return rows


def _row_of(lot: Lot, paper: DocumentReceipt) -> LotDocument:
    if not paper.content:
        raise DocumentEmpty("The document has no content.", field="documents", filename=paper.filename)
    if len(paper.content) > LARGEST_DOCUMENT_BYTES:
        raise DocumentTooLarge(
            "The document is larger than 20 MiB.", field="documents", filename=paper.filename
        )
    if paper.stated_net_g is not None:
        check_quantity(paper.stated_net_g, field="stated_net")
    if paper.stated_assay_percent is not None:
        check_percent(paper.stated_assay_percent, field="stated_assay_percent")
    return LotDocument(
        lot=lot,
        kind=paper.kind,
        filename=paper.filename,
        sha256=hashlib.sha256(paper.content).hexdigest(),
        size_bytes=len(paper.content),
        stated_goods=paper.stated_goods,
        stated_net_g=paper.stated_net_g,
        stated_assay_percent=paper.stated_assay_percent,
        stated_origin=paper.stated_origin and check_country(paper.stated_origin, field="stated_origin"),
    )


def _refuse_used(rows: Sequence[LotDocument]) -> None:
    """Name the file at fault; the unique key catches what two receipts at once bring."""
    used = set(
        LotDocument.objects.filter(sha256__in=[row.sha256 for row in rows]).values_list("sha256", flat=True)
    )
    for row in rows:
        if row.sha256 in used:
            raise DocumentAlreadyUsed(
                "A document with the same content belongs to a lot already.",
                field="documents",
                filename=row.filename,
                sha256=row.sha256,
            )
        used.add(row.sha256)
