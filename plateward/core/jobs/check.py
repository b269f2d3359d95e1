"""Checks of integrity. Each room lists its own in `integrity.py`, as `CHECKS`; oversight/integrity runs them, records
what they find and reports it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.dispatch import Signal

from plateward.ground.errors import PlatewardError

# Something was found wrong where it is used: the check of this key (`check`) looks within a minute.
check_wanted = Signal()


class Group(StrEnum):
    """What a check is about, in the order of the page."""

    LOG = "Audit log"
    STORED = "Stored reads and images"
    KEYS = "Keys"
    CONNECTIONS = "Certificates and connections"
    FEEDS = "Feeds and readers"
    POLICY = "Retention and sharing"


@dataclass(frozen=True)
class Fault:
    """Something that is not as it must be: its name or number, never a plate, and what is wrong, in a sentence. `at`:
    where to begin in order to look at it again; by default where its step began. `link`: its page."""

    object: str
    problem: str
    at: str = ""
    link: str = ""


@dataclass(frozen=True)
class RoundStep:
    """What was just checked: how many things, and which of them are wrong. `at`: where the next step begins; "": this
    was the last."""

    checked: int
    faults: Sequence[Fault] = ()
    at: str = ""


@dataclass(frozen=True)
class Check:
    """`steps` goes over everything in small steps, from where its argument says ("": the beginning), and ends after the
    last. `every`: from the end of one round to the beginning of the next. `rolls`: it goes over a whole stock, within
    the days that the site set; otherwise a round takes seconds. `local`: each node looks at its
    own."""

    key: str
    group: Group
    label: str
    unit: str  # what is counted, in the plural
    clause: str
    remedy: str  # what to do about a fault
    steps: Callable[[str], Iterator[RoundStep]]
    every: timedelta = timedelta(hours=1)
    rolls: bool = False
    local: bool = False


def whole(check: Callable[[], tuple[int, Iterable[Fault]]]) -> Callable[[str], Iterator[RoundStep]]:
    """The steps of a check that takes a single one. `check` returns how much it checked, and the faults."""

    def in_one_step(_: str) -> Iterator[RoundStep]:
        checked, faults = check()
        yield RoundStep(checked, tuple(faults))

    return in_one_step


def faults_raised(object: str, *acts: Callable[[], object]) -> Iterator[Fault]:
    """A fault for each act that raises an error for people."""
    for act in acts:
        try:
            act()
        except PlatewardError as error:
            yield Fault(object, str(error))
