"""What leaves as a file: invoices and statements as PDF and CSV."""
