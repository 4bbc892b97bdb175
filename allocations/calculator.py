"""The awards calculator without a door: document in, result out. Touches no database."""

from collections.abc import Iterator
from contextlib import contextmanager

from allocations.domain.faults import DocumentFault
from allocations.domain.results import result_object
from allocations.errors import DOCUMENT_REFUSALS
from intake.json_text import read_json_documents


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

    Raises the refusals of `read_json_documents` and of `DOCUMENT_REFUSALS`; then nothing is answered.
    """
    return [calculate_awards(document) for document in read_json_documents(content)]
