"""Legal entity identifiers (ISO 17442) and countries (ISO 3166), as traders and firms carry them."""

import re

from stdnum import lei as lei_numbers
from stdnum.exceptions import ValidationError

from reserve.errors import MalformedCountry, MalformedLei


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


def check_country(text: str, *, field: str) -> str:
    """The two-letter code. Raises MalformedCountry."""
    if not re.fullmatch("[A-Z]{2}", text):
        raise MalformedCountry("A country is its two-letter code in capitals.", field=field)
    return text
