"""A hot list request and its reviewers, for tests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from plateward.core.audit.leaf import Leaf
from plateward.field.hotlists.line_sums import count_in
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.field.hotlists.requests import actions, deciding
from plateward.field.hotlists.requests.models import Request
from plateward.field.hotlists.requests.rules import PlateListing
from plateward.ground import clock
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import CAST, on_the_log, person

ASK, TO_REVIEW = "/hotlists/requests/ask", "/hotlists/requests/review/"
KNOWN = "2026-00412"
Recorded = Callable[[str], Leaf]
WHY = "Seen leaving the store on Central with the goods that were taken."


class Force:
    """Ada and Ben report to Carla, Carla to Lieutenant Laura; Hector is the Chief; and they have a list."""

    def __init__(self) -> None:
        self.hector = person("hector")
        self.laura = self._lieutenant()
        self.carla = person("carla", supervisor=self.laura)
        self.ada = person("ada", supervisor=self.carla)
        self.ben = person("ben", supervisor=self.carla)
        with on_the_log():
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

    def asks(self, requester: Person | None = None, **changed: Any) -> Request:
        """Ada submits a request, unless somebody else is given."""
        requester = requester or self.ada
        return actions.submit_request(PersonActor.of(requester), uuid4(), self.wanted(**changed))


def request_form(force: Force, **changed: Any) -> dict[str, Any]:
    """A form as Ada fills it in."""
    usual = {
        "key": str(uuid4()),
        "hotlist": force.list.pk,
        "plate": "bkt 419",
        "state": "NM",
        "vehicle": "Red Ford F-150",
        "reason": "stolen_vehicle",
        "priority": "high",
        "narrative": WHY,
        "number": KNOWN,
        "until": str(days.today() + timedelta(days=7)),
        "warnings_shown": "",
    }
    return usual | changed


def post_form(client: Client, path: str, data: dict[str, Any]) -> tuple[int, str]:
    answer = client.post(path, data, follow=True, secure=True)
    return answer.status_code, answer.content.decode()


def approve(force: Force, request: Request) -> Entry:
    deciding.approve_request(PersonActor.of(force.carla), request, request.last.pk)
    return Entry.objects.latest("began__pk")


def listed(name: str, plate: str, **more: Any) -> Entry:
    hotlist, _ = HotList.objects.get_or_create(name=name, defaults={"source": name, "kind": "ncic"} | more)
    began = Revision.objects.create(hotlist=hotlist, cause="load", by="x", at="2026-01-01T00:00Z")
    entry = Entry.objects.create(
        hotlist=hotlist,
        plate=plate,
        bare=plate,
        state="NM",
        reason="stolen_vehicle",
        priority="high",
        began=began,
    )
    count_in(began)
    return entry
