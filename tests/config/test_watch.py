"""Whoever dies is started again: soon at first, later when it keeps dying."""

from dataclasses import dataclass, field

import pytest

from config.run.watch import LONGEST_DELAY_SECONDS, WELL_AFTER_SECONDS, Watch


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Thing:
    is_running: bool = True
    starts: list[float] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    def start(self) -> None:
        self.is_running = True
        self.starts.append(self.clock.now)


@pytest.fixture
def thing() -> Thing:
    return Thing()


@pytest.fixture
def watch(thing: Thing) -> Watch:
    return Watch("worker", thing, clock=thing.clock)


def _look_for(watch: Watch, thing: Thing, seconds: int) -> list[str]:
    said: list[str] = []
    for _ in range(seconds):
        watch.look(said.append)
        thing.clock.now += 1
    return said


def test_who_runs_is_left_alone(watch: Watch, thing: Thing) -> None:
    assert _look_for(watch, thing, 100) == []
    assert thing.starts == []


def test_who_died_is_started_again_and_it_is_said(watch: Watch, thing: Thing) -> None:
    thing.is_running = False

    said = _look_for(watch, thing, 5)

    assert said == ["worker has died; it starts again in 1 s", "worker was started again"]
    assert thing.is_running


def test_who_keeps_dying_waits_longer_each_time(watch: Watch, thing: Thing) -> None:
    for _ in range(400):
        watch.look(lambda _: None)
        thing.is_running = False
        thing.clock.now += 1

    waits = [later - earlier for earlier, later in zip(thing.starts, thing.starts[1:], strict=False)]
    assert waits == sorted(waits)
    assert waits[0] < 5
    assert LONGEST_DELAY_SECONDS <= max(waits) <= LONGEST_DELAY_SECONDS + 2


def test_who_has_run_well_is_forgiven(watch: Watch, thing: Thing) -> None:
    for _ in range(5):
        thing.is_running = False
        _look_for(watch, thing, 40)
    _look_for(watch, thing, int(WELL_AFTER_SECONDS) + 1)
    thing.is_running = False

    assert _look_for(watch, thing, 3)[0] == "worker has died; it starts again in 1 s"
