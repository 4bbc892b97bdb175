"""Cells of a CSV file that spreadsheets open."""


def text_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading =, +, -, @ or control gets an apostrophe."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r\n") else text
