"""Free ports on 127.0.0.1."""

import socket
from pathlib import Path

LOCALHOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except (OSError, OverflowError):
            return False
    return True


def any_free_port() -> int:
    """A port the system holds to be free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])


def keep_port(path: Path) -> int:
    """The port written in the file, when it is still free; otherwise a new one, written there."""
    known = path.read_text().strip() if path.exists() else ""
    if known.isdecimal() and is_free(int(known)):
        return int(known)
    port = any_free_port()
    path.write_text(f"{port}\n")
    return port
