"""One line for each step, on standard error."""

import sys
import time

_BEGIN = time.monotonic()


def say(words: str) -> None:
    """Tell what is done, with the seconds since the start."""
    sys.stderr.write(f"{time.monotonic() - _BEGIN:7.0f} s  {words}\n")
    sys.stderr.flush()
