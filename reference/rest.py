"""A REST client of a few lines, so that the main job comes in by the same door as a member's program."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from reference.errors import RestCallFailed

TIMEOUT_SECONDS = 30


def service_url() -> str:
    """Where the service listens: STRONGROOM_URL, else this machine at PORT (8000)."""
    return os.environ.get("STRONGROOM_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"


class RestClient:
    """Calls /api/v1 with one API key."""

    def __init__(self, *, api_key: str) -> None:
        self._base = f"{service_url()}/api/v1"
        self._headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at the path. Raises RestCallFailed."""
        return self._call("GET", path, None, {})

    def post(
        self, path: str, body: Mapping[str, object], *, idempotency_key: str | None = None
    ) -> dict[str, Any]:
        """Send a JSON object and return the answered one. Raises RestCallFailed."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._call("POST", path, json.dumps(body).encode(), headers)

    def _call(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is the service's own
            self._base + path, data=body, method=method, headers={**self._headers, **headers}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                content: dict[str, Any] = json.load(answer)
                return content
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise RestCallFailed(f"{method} {path} was answered {error.code}: {text}") from error
        except OSError as error:
            raise RestCallFailed(f"{method} {self._base}{path} got no answer: {error}") from error
