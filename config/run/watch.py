"""Starts again what has died, later each time it dies soon."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 30.0
# Whoever has run this long is taken to be well again.
WELL_AFTER_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.2


class Watchable(Protocol):
    """A program or an embedded server."""

    @property
    def is_running(self) -> bool:
        """Whether it runs."""

    def start(self) -> object:
        """Start it."""


@dataclass
class Watch:
    """Keeps one thing running."""

    name: str
    thing: Watchable
    clock: Callable[[], float] = time.monotonic
    delay_seconds: float = field(default=FIRST_DELAY_SECONDS, init=False)
    _started_at: float = field(default=0.0, init=False)
    _start_again_at: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._started_at = self.clock()

    def look(self, say: Callable[[str], None]) -> None:
        """Look once: note a death, or start again when its delay is over."""
        now = self.clock()
        if self.thing.is_running:
            if now - self._started_at >= WELL_AFTER_SECONDS:
                self.delay_seconds = FIRST_DELAY_SECONDS
        elif self._start_again_at is None:
            self._start_again_at = now + self.delay_seconds
            say(f"{self.name} has died; it starts again in {self.delay_seconds:.0f} s")
            self.delay_seconds = min(2 * self.delay_seconds, LONGEST_DELAY_SECONDS)
        elif now >= self._start_again_at:
            self._start_again_at = None
            self._started_at = now
            self.thing.start()
            say(f"{self.name} was started again")


def watch_for_ever(watches: Sequence[Watch], say: Callable[[str], None]) -> None:
    """Look at everything until a signal ends it."""
    while True:
        for watch in watches:
            watch.look(say)
        time.sleep(LOOK_EVERY_SECONDS)
