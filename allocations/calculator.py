"""The awards calculator without a door: document in, result out. Touches no database."""

from collections.abc import Iterator
from contextlib import contextmanager

from allocations.domain.faults import DocumentFault
from allocations.domain.json_text import documents_of
from allocations.domain.results import result_object
from allocations.errors import DOCUMENT_REFUSALS


@contextmanager
def _refusals_of_faults() -> Iterator[None]:
    try:
        yield
    except DocumentFault as fault:
        raise DOCUMENT_REFUSALS[fault.code](fault.message, field=fault.field) from fault


def calculate_awards(document: object) -> dict[str, object]:
    """The result object of one decoded document, as the calculator's page describes both.

    Raises the refusals of `DOCUMENT_REFUSALS`, with the path of the field at fault.
    """
    with _refusals_of_faults():
        return result_object(document)


def calculate_awards_of_text(content: bytes) -> list[dict[str, object]]:
    """The results of an input of one JSON object, or of one per line, in their order.

    Raises the refusals of `DOCUMENT_REFUSALS`; then nothing of the input is answered.
    """
    with _refusals_of_faults():
        documents = documents_of(content)
    return [calculate_awards(document) for document in documents]
