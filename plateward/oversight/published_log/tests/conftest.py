"""A November of searches, on the log."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.ground import clock
from plateward.people.models import Person
from plateward.people.sharing.public import Public
from plateward.people.sharing.testing import make_public
from plateward.people.testing import person

NOVEMBER = date(2026, 11, 1)
MID, AFTER = datetime(2026, 11, 15, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC)


@pytest.fixture
def chief(db: None) -> Person:
    return person("hector")


def ask(
    officer: str, plate: str, at: datetime, outcome: str = "done", number: int = 0, **more: object
) -> None:
    """The entry of a search, as asking for one writes it."""
    with clock.set_to(at):
        details = {
            "purpose": "felony",
            "offense": "theft",
            "number": "2026-00412",
            "plates": [plate],
            "brakes": [],
        }
        actor = Actor("person", officer, officer.title())
        record(actor, Event.SEARCH_ASK, f"search:{number}", outcome=outcome, reason="Seen", **details | more)  # type: ignore[arg-type]


@pytest.fixture
def november(chief: Person) -> Iterator[None]:
    """Six officers search, one of them again and again; it is the December after."""
    with clock.set_to(MID):
        make_public(Public.SEARCHES)
    for n in range(6):
        ask(f"officer{n}", f"mark{n}", MID + timedelta(hours=n), number=n)
    for n in range(7):
        ask("officer0", "mark0", MID + timedelta(days=n), number=10 + n)
    ask("officer1", "mark9", AFTER)  # of December
    with clock.set_to(AFTER):
        yield
