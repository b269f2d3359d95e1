"""Training and protocols in the navigation; the Chief sees how many protocols wait for a decision."""

from django.db.models import QuerySet

from plateward.navigation import Link, Section, Viewer
from plateward.people.permissions import Permission
from plateward.people.protocols.models import ProtocolVersion
from plateward.waiting import Matter, Waiting, if_any


def _submitted() -> QuerySet[ProtocolVersion]:
    drafts = ProtocolVersion.objects.filter(approved_at=None, protocol__withdrawn_at=None)
    return drafts.exclude(submitted_at=None)


@if_any(_submitted)
def _to_decide(_: Viewer) -> Waiting:
    return Waiting.among(_submitted(), "submitted_at")


TO_DECIDE = Matter("protocols:decide", "Protocols to decide", _to_decide, "protocols:register")
MATTERS = (TO_DECIDE,)


def waiting_for(viewer: Viewer) -> int:
    return TO_DECIDE.count(viewer) if Permission.PROTOCOL_APPROVE in viewer.person.permissions else 0


SECTION = Section(
    "Training and protocols",
    (Link("training:index", "Training"),),
    frozenset({"training", "protocols"}),
    (Link("training:index", "Training"), Link("protocols:register", "Protocols", waiting_for)),
)
