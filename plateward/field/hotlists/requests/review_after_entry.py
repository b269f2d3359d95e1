"""Review after entry: only the Chief switches it; while used, it is reported as a deviation."""

from django.db.models import QuerySet

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.hotlists.requests import rules
from plateward.field.hotlists.requests.actions import lock_request
from plateward.field.hotlists.requests.deciding import lapse
from plateward.field.hotlists.requests.models import Decision, Later, Request
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces


@enforces("6.f.i.1/after")
def enable(actor: Actor, reason: str) -> Later:
    """Allow requesters to have an entry in force for two hours before its review. Raises Refused."""
    with act(actor, Event.HOTLIST_LATER, "hotlists:review after entry", reason=reason) as entry:
        entry.note(enabled=True)
        require(rules.may_switch(reason, Later.allowed(), enable=True))
        return Later.objects.create(begins=clock.now(), begun_by=actor.key, reason=reason.strip())


@enforces("6.f.i.1/after")
def disable(actor: Actor, reason: str) -> int:
    """End unreviewed entries now; their requests still wait for review. Returns how many. Raises Refused."""
    with act(actor, Event.HOTLIST_LATER, "hotlists:review after entry", reason=reason) as entry:
        require(rules.may_switch(reason, Later.allowed(), enable=False))
        Later.objects.filter(ends=None).update(
            ends=clock.now(), ended_by=actor.key, end_reason=reason.strip()
        )
        ended = 0
        for request in Request.objects.filter(state=Request.State.UNREVIEWED).order_by("pk"):
            current = lock_request(request)
            if current.state == Request.State.UNREVIEWED:  # nobody reviewed it meanwhile
                lapse(actor, current, "The Chief turned off review after entry.")
                ended += 1
        entry.note(enabled=False, ended=ended)
        return ended


@enforces("6.f.i.1/after")
def deviations() -> QuerySet[Decision]:
    """All entries in force before their review, newest first: each deviates from the policy."""
    entered = Decision.objects.filter(kind=Decision.Kind.ENTERED)
    return entered.select_related("version__request__requester", "version__hotlist", "entry").order_by("-pk")
