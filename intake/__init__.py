"""Reading what is sent: strict JSON, strict tables, and what can be wrong with either."""
