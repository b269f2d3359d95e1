"""Which protocols wait to be written, decided or reviewed, for the navigation and the home page."""

from django.db.models import QuerySet

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.documents.audience import owners_of, reviews_due
from plateward.people.documents.models import ProtocolVersion
from plateward.people.documents.rules import REVIEW_TOLD, missing_kinds
from plateward.people.navigation import Viewer
from plateward.people.permissions import Permission
from plateward.people.waiting import Matter, Waiting, if_any


def _submitted() -> QuerySet[ProtocolVersion]:
    drafts = ProtocolVersion.objects.filter(approved_at=None, protocol__withdrawn_at=None)
    return drafts.exclude(submitted_at=None)


@if_any(_submitted)
def _to_decide(_: Viewer) -> Waiting:
    return Waiting.among(_submitted(), "submitted_at")


@enforces("6.b.i.1/due", "6.b.i.2/protocol", "6.b.i.3/protocol")
def _missing(_: Viewer) -> Waiting:
    """Kinds of protocols that the policy asks for and that are not in force, for whoever writes them."""
    kinds = ProtocolVersion.objects.in_force(clock.now()).values_list("kind", flat=True)
    return Waiting(len(missing_kinds(set(kinds))), link="protocols:register")


@enforces("6.b.i.1/due")
def _to_review(viewer: Viewer) -> Waiting:
    """Those due within a month, for who owns them."""
    own = [
        day
        for version, day in reviews_due(days.today() + REVIEW_TOLD).items()
        if viewer.person in owners_of(version)
    ]
    return Waiting.of(due=map(days.end_of, own))


TO_DECIDE = Matter("protocols:decide", "Protocols to decide", _to_decide, "protocols:register")
MATTERS = (
    TO_DECIDE,
    Matter("protocols:new", "Protocols that the policy requires, not in force", _missing),
    Matter("protocols:review", "Protocols to review", _to_review, "protocols:register"),
)


def waiting_for(viewer: Viewer) -> int:
    return TO_DECIDE.count(viewer) if Permission.PROTOCOL_APPROVE in viewer.person.permissions else 0
