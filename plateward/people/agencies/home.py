"""Which requests of outside agencies wait, and for whom."""

from plateward.ground.policy.trace import enforces
from plateward.people.agencies.models import AgencyRequest
from plateward.people.navigation import Viewer
from plateward.people.waiting import Matter, Waiting, if_any


@enforces("6.b.i.6/chief")
@if_any(lambda: AgencyRequest.objects.filter(consultation=None, decision=None))
def _to_answer(viewer: Viewer) -> Waiting:
    waiting = AgencyRequest.objects.filter(consultation=None, decision=None)
    return Waiting.among(waiting.exclude(by=viewer.person), "at")


@enforces("6.b.i.6/request")
@if_any(lambda: AgencyRequest.objects.filter(decision=None).exclude(consultation=None))
def _to_decide(viewer: Viewer) -> Waiting:
    waiting = AgencyRequest.objects.filter(decision=None).exclude(consultation=None)
    return Waiting.among(waiting.exclude(by=viewer.person), "consultation__at")


MATTERS = (
    Matter("agencies:consult", "Requests of outside agencies to answer", _to_answer, "agencies:index"),
    Matter("agencies:decide", "Requests of outside agencies to decide", _to_decide, "agencies:index"),
)
