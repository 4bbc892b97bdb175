"""An app that exists only in tests: job handlers whose effects and deaths can be counted."""
