"""The firms and doors of the REST tests: what a session may see is tried through real requests."""

from tests.api.conftest import billed, client_of, doors

__all__ = ["billed", "client_of", "doors"]
