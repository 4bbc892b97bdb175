"""Rules of governance as plain values and functions; nothing here knows Django."""
