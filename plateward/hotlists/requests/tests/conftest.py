"""A list of the agency's own, a chain of command, and a CAD that answers on a real socket."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from plateward import clock
from plateward.audit.leaf import Leaf
from plateward.audit.models import AuditEntry as LogEntry
from plateward.hotlists.models import HotList
from plateward.hotlists.requests import actions
from plateward.hotlists.requests.models import Request
from plateward.hotlists.requests.rules import PlateListing
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import CAST, person
from plateward.simulators.cad import CadSimulator
from plateward.testing.cad import cad

KNOWN = "2026-00412"
Recorded = Callable[[str], Leaf]
WHY = "Seen leaving the store on Central with the goods that were taken."


class Force:
    """Ada and Ben under Carla, Carla under Laura, a lieutenant; Hector the Chief; and a list of theirs."""

    def __init__(self) -> None:
        self.hector = person("hector")
        self.laura = self._lieutenant()
        self.carla = person("carla", supervisor=self.laura)
        self.ada = person("ada", supervisor=self.carla)
        self.ben = person("ben", supervisor=self.carla)
        self.list = HotList.objects.create(name="BOLO", source="State Police", kind=HotList.Kind.AGENCY)

    @staticmethod
    def _lieutenant() -> Person:
        CAST["laura"] = ("Laura Lucero", "Lieutenant", Role.SUPERVISOR)
        try:
            return person("laura")
        finally:
            del CAST["laura"]

    def wanted(self, **changed: Any) -> PlateListing:
        """A stolen car on their list, for a week."""
        usual: dict[str, Any] = {
            "hotlist": self.list,
            "plate": "BKT 419",
            "state": "NM",
            "reason": "stolen_vehicle",
            "priority": "high",
            "vehicle": "Red Ford F-150",
            "narrative": WHY,
            "number": KNOWN,
            "expires_at": clock.now() + timedelta(days=7),
        }
        return PlateListing(**usual | changed)

    def asks(self, asker: Person | None = None, **changed: Any) -> Request:
        """Ada asks, unless somebody else does."""
        asker = asker or self.ada
        return actions.submit_request(PersonActor.of(asker), uuid4(), self.wanted(**changed))


@pytest.fixture
def force(db: None) -> Force:
    return Force()


@pytest.fixture
def dispatch() -> Iterator[CadSimulator]:
    """CAD, answering."""
    with cad(KNOWN) as running:
        yield running


@pytest.fixture
def recorded() -> Recorded:
    """The latest entry of an event on the log."""

    def latest(event: str) -> Leaf:
        leaf = LogEntry.objects.filter(event=event).latest("sequence").leaf
        assert leaf is not None
        return leaf

    return latest
