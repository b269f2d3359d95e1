"""A check of ten things, which the tests of the monitor share."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings

from plateward.core.jobs.check import Check, Fault, Group, RoundStep
from plateward.oversight.integrity import actions, overview, rules
from plateward.oversight.integrity.overview import CheckRow, check_rows

HOUR = timedelta(hours=1)


class Stock:
    """Ten things, some of them wrong, that are looked at two by two."""

    def __init__(self) -> None:
        self.wrong: set[int] = set()
        self.checked: list[int] = []
        self.dies_at: int | None = None
        self.error: Exception | None = None

    def steps(self, at: str) -> Iterator[RoundStep]:
        for number in range(int(at or 0), 10, 2):
            if self.dies_at == number:
                raise KeyboardInterrupt  # as a killed process: nothing is stored
            if self.error:
                raise self.error
            self.checked += [number, number + 1]
            faults = [
                Fault(f"thing {item}", "It was altered.", at=str(item))
                for item in (number, number + 1)
                if item in self.wrong
            ]
            yield RoundStep(2, faults, str(number + 2))


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Stock:
    made = Stock()
    check = Check(
        "test.stock", Group.LOG, "Things", "things", "6.j.i", "Do this.", made.steps, every=HOUR, rolls=True
    )
    for module in (actions, overview):
        monkeypatch.setattr(module, "checks", lambda: {check.key: check})
    monkeypatch.setattr(actions, "_started", -1e9)
    monkeypatch.setattr(actions, "_rests_until", 0.0)
    settings.INTEGRITY_SHARE = 90
    return made


def row() -> CheckRow:
    [found] = check_rows()
    return found


@pytest.fixture
def one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A share of the time that is over after one step, without a rest."""
    monkeypatch.setattr(actions, "EVERY", 0.0)
    monkeypatch.setattr(rules, "rest_after", lambda *_: 0.0)
