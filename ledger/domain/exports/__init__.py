"""The ledger as text that other programs read: names, lines, tables, manifest. Values in, text out."""
