"""What the hub does by itself: it asks CAD again about numbers that were not checked, and ends what was in force
unreviewed for two hours."""

from django.urls import reverse

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.cases.cad import client
from plateward.hotlists.requests import entering
from plateward.hotlists.requests.actions import checked, decided, end_unreviewed, locked, move
from plateward.hotlists.requests.models import OPEN, UNREVIEWED_AT_MOST, Decision, Request
from plateward.hotlists.requests.routing import route_of
from plateward.links.cad import Answer, Outcome
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces

HUB = Who("system", "hub", "The hub by itself")
State = Request.State
AT_ONCE = 100  # questions to CAD a minute
IN_VAIN = 3  # of them, after which CAD is left alone for this minute


@enforces("6.a.iii")
def settle_numbers() -> int:
    """Ask CAD about each number that it did not answer for, as long as what needs it waits or is in force. Returns
    how many are settled."""
    rows = Request.objects.filter(
        number_known=Request.Number.UNREACHABLE, state__in=[*OPEN, State.APPROVED]
    ).exclude(entry__ended__isnull=False)
    settled = in_vain = 0
    # By chance, so that a number that CAD always fails on keeps none of the others from their turn.
    for one in rows.prefetch_related("versions").order_by("?")[:AT_ONCE]:
        answer = client().look_up(one.last.number)
        if answer.outcome != Outcome.UNREACHABLE:
            settled += _settle(one, one.last.pk, answer)
            continue
        in_vain += 1
        if in_vain == IN_VAIN:
            break
    return settled


def _settle(request: Request, version: int, answer: Answer) -> bool:
    with act(HUB, Event.HOTLIST_CHECK, f"hotlist-request:{request.pk}") as entry:
        held = locked(request)
        if held.last.pk != version or held.number_known != Request.Number.UNREACHABLE:
            return False  # mended, or settled by another node meanwhile
        checked(held, answer)
        entry.note(number=answer.outcome.value)
        if answer.outcome == Outcome.UNKNOWN and held.state in (*OPEN, State.APPROVED):
            _send_back(held, answer)
    return True


@enforces("6.a.iii")
def _send_back(held: Request, answer: Answer) -> None:
    """What is in force ends; whoever asked mends the number, or lets it be. Who approved or is to review is told."""
    approvers = [
        one.by for one in held.last.decisions.select_related("by") if one.kind == Decision.Kind.APPROVED
    ]
    ended, held.entry = held.entry, None
    if ended:
        entering.end(HUB, ended, "Its CAD or case number turned out to be unknown.")
    move(held, State.RETURNED)
    text = f"{answer.detail} (clause 6.a.iii)"
    decided(held, Decision.Kind.ENDED if ended else Decision.Kind.RETURNED, None, text=text, entry=ended)
    became = "its entry has ended" if ended else "it was returned"
    notify(
        [held.asker],
        Kind.REQUEST_HANDLE,
        f"Your request {held.pk}: {answer.detail} So {became}; correct the number.",
        held,
        link=reverse("requests:own", args=[held.pk]),
    )
    above = {*route_of(held).reviewers, *(one for one in approvers if one)}
    told = f"Request {held.pk} of {held.asker}: {answer.detail} So {became}."
    notify(sorted(above, key=lambda one: one.pk), Kind.REQUEST_ANSWER, told, held)


@enforces("6.f.i.1")
def end_unreviewed_in_time() -> int:
    """Note the end of what was in force for two hours without a review; its own expiry ended it to the second, on
    readers too. Returns how many."""
    long = clock.now() - UNREVIEWED_AT_MOST
    rows = Request.objects.filter(state=State.UNREVIEWED, moved_at__lte=long).order_by("pk")
    ended = 0
    for one in rows:
        with act(HUB, Event.HOTLIST_END, f"hotlist-request:{one.pk}"):
            held = locked(one)
            if held.state == State.UNREVIEWED and held.moved_at <= long:
                lapse(HUB, held, "Nobody reviewed it within two hours.")
                ended += 1
    return ended


@enforces("6.f.i.1")
def lapse(who: Who, held: Request, why: str) -> None:
    """Within an act: what is in force unreviewed ends; the request waits on, as any other."""
    ended = end_unreviewed(who, held, why)
    move(held, State.WAITING)
    decided(held, Decision.Kind.ENDED, None, text=why, entry=ended)
    told = f"Request {held.pk} of {held.asker} is in force no more: {why} It still waits for review."
    notify([held.asker], Kind.REQUEST_HANDLE, told, held, link=reverse("requests:own", args=[held.pk]))
    notify(route_of(held).reviewers, Kind.REQUEST_HANDLE, told, held)
