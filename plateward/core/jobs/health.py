"""How the system is, part by part. Each room lists its own in `health.py`, as `PARTS`; the page *System*, *Setup*, the
home page, `plateward doctor`, the hub's start and its metrics all show these."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from plateward.core.rooms import declared
from plateward.ground.errors import PlatewardError

log = logging.getLogger(__name__)


class Light(StrEnum):
    """From worst to best."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


@dataclass(frozen=True)
class Reading:
    """How a part is: a sentence on what is the case and, unless it is green, one on what to do. Never a plate or a
    person's name."""

    light: Light
    what: str
    remedy: str = ""

    @property
    def tag(self) -> str:
        """Of its mark on pages."""
        return {Light.RED: "bad", Light.AMBER: "normal", Light.GREEN: "good"}[self.light]


def green(what: str) -> Reading:
    """As it must be."""
    return Reading(Light.GREEN, what)


def amber(what: str, remedy: str) -> Reading:
    """It works, and somebody must see to it."""
    return Reading(Light.AMBER, what, remedy)


def red(what: str, remedy: str) -> Reading:
    """It fails, or will any day."""
    return Reading(Light.RED, what, remedy)


@dataclass(frozen=True)
class Part:
    """A part of the system. `look` answers at once, from what is at hand: it asks no other system. `clause`: what it
    serves. `route`: the page with more, which is also for whom it stands on the home page. `before_live`: it must be
    right before the hub is taken into service. `exists`: whether this hub has it."""

    key: str
    label: str
    clause: str
    look: Callable[[], Reading]
    route: str = ""
    before_live: bool = False
    exists: Callable[[], bool] = lambda: True

    def read(self) -> Reading:
        """How it is; what cannot be checked is red."""
        try:
            return self.look()
        except PlatewardError as error:
            return red(str(error), "Do what it says.")
        except Exception as error:  # a part that fails hides no other
            log.exception("Checking %s failed.", self.label)
            return red(f"It cannot be checked ({type(error).__name__}).", "Find the error in the hub's log.")


def parts() -> list[Part]:
    """All parts of all rooms that this hub has, by label."""
    there = (part for part in declared("health", "PARTS") if part.exists())
    return sorted(there, key=lambda part: part.label.lower())


def read_all(some: Iterable[Part]) -> list[tuple[Part, Reading]]:
    """How each of these is, the worst first."""
    lights = list(Light)
    read = [(part, part.read()) for part in some]
    return sorted(read, key=lambda pair: lights.index(pair[1].light))
