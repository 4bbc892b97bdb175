"""Reading what is sent: strict JSON, and what can be wrong with any document."""
