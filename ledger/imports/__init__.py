"""Reading an export back: files checked against their manifest, cells against their columns."""

from ledger.imports.files import ReadRow, check_files, read_rows
from ledger.imports.journals import ReadJournal, read_journals

__all__ = ["ReadJournal", "ReadRow", "check_files", "read_journals", "read_rows"]
