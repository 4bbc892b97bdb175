"""Legal entity identifiers (ISO 17442), as traders and firms carry them."""

from stdnum import lei as lei_numbers
from stdnum.exceptions import ValidationError

from reserve.errors import MalformedLei


def check_lei(text: str, *, field: str) -> str:
    """The identifier in capitals without spaces; an empty one stays empty. Raises MalformedLei."""
    if not text.strip():
        return ""
    try:
        return str(lei_numbers.validate(text))
    except ValidationError as error:
        raise MalformedLei(
            "A legal entity identifier has 20 letters and digits whose check digits add up.", field=field
        ) from error
