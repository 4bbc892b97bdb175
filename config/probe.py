"""Asks the web process of this machine whether it can work: `python -m config.probe`, for containers."""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping

WITHIN_SECONDS = 5


def is_ready(environment: Mapping[str, str]) -> bool:
    """Whether `/readyz` answers that database and Redis are there.

    Asks as the proxy in front would: by an allowed name, and over HTTPS where that is required.
    """
    host = (environment.get("STRONGROOM_ALLOWED_HOSTS") or "127.0.0.1").split(",")[0]
    scheme = "https" if environment.get("STRONGROOM_HTTPS") == "1" else "http"
    request = urllib.request.Request(
        f"http://127.0.0.1:{environment.get('PORT', '8000')}/readyz",
        headers={"Host": host, "X-Forwarded-Proto": scheme},
    )
    try:
        with urllib.request.urlopen(request, timeout=WITHIN_SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_ready(os.environ) else 1)
