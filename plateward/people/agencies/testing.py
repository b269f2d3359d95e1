"""An outside agency with access, as rows."""

from datetime import timedelta
from typing import Any

from plateward.core.pages.documents import UploadedDocument
from plateward.ground import clock
from plateward.people.agencies.models import Agency, AgencyDecision, AgencyGrant, AgencyRequest, Declaration
from plateward.people.agencies.rules import skeleton
from plateward.people.models import Person

LETTER = UploadedDocument("declaration.pdf", b"%PDF-1.7 We use what we get for felonies alone.")
SHERIFF, ORI = "Yuma County Sheriff's Office", "AZ0140000"
YEAR = timedelta(days=360)


def agency(by: Person, name: str = SHERIFF, state: str = "AZ", ori: str = ORI) -> Agency:
    """On the register; created if absent."""
    row = {"name": name, "skeleton": skeleton(name), "state": state, "contact": "+1 555 0100", "by": by}
    return Agency.objects.get_or_create(ori=ori, defaults=row)[0]


def granted(by: Person, *, of: Agency | None = None, **more: Any) -> AgencyGrant:
    """Access since a month ago with a declaration, for District 5; `more`: its own columns."""
    of, since = of or agency(by), clock.now() - timedelta(days=30)
    purposes = more.get("purposes", ["felony", "stolen_vehicle"])
    request = AgencyRequest.objects.create(
        agency=of,
        asked_by="Sheriff Lee Long",
        what="Stolen trucks that cross on I-40.",
        purposes=purposes,
        by=by,
    )
    declaration = Declaration.objects.create(
        agency=of,
        purposes=purposes,
        signed_by="Sheriff Lee Long",
        begins=since,
        ends=since + YEAR,
        by=by,
    )
    AgencyDecision.objects.create(request=request, granted=True, reason="Their cases lead here.", by=by)
    scope: dict[str, Any] = {
        "declaration": declaration,
        "purposes": purposes,
        "offenses": ["homicide", "stolen_vehicle"],
        "places": ["District 5"],
        "days_back": 30,
        "queries_a_day": 3,
        "images": False,
        "begins": since,
        "ends": since + YEAR,
    }
    return AgencyGrant.objects.create(request=request, **scope | more)
