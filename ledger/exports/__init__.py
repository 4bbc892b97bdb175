"""Writing the whole ledger or a part of it to files that other programs read."""

from ledger.exports.plain_text import PLAIN_TEXT_FORMATS, plain_text_chunks
from ledger.exports.sizes import count_journals
from ledger.exports.tables import TABLE_FORMATS, write_tables
from ledger.exports.targets import new_directory, new_file

__all__ = [
    "PLAIN_TEXT_FORMATS",
    "TABLE_FORMATS",
    "count_journals",
    "new_directory",
    "new_file",
    "plain_text_chunks",
    "write_tables",
]
