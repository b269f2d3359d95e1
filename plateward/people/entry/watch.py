"""Who of those that have something open may see it no more: one look for all of them, however many they are."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest

from plateward import clock
from plateward.people.access import standing
from plateward.people.access.rules import hindrances
from plateward.people.entry import signin
from plateward.people.http import TOKEN
from plateward.people.models import SignIn
from plateward.people.permissions import Permission
from plateward.people.rules import STREAM_STEPS, Unproved
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Session:
    """A session that the door has let in: whose, of which sign-in, and the mark that it showed, where it has any."""

    person: int
    token: str
    step: int | None = None


def session_of(request: HttpRequest) -> Session:
    """The session of a request that the door has let in."""
    assert request.user.pk is not None  # noqa: S101  # the door lets nobody else in
    sign_in = request.sign_in  # type: ignore[attr-defined]
    return Session(request.user.pk, request.session[TOKEN], sign_in.step if sign_in.key else None)


@enforces("6.a.i.2", "6.d.ii", "6.g.i", "AC-2", "AC-12")
def refusals(open_now: Collection[Session], needs: Permission) -> dict[Session, tuple[Refusal, ...]]:
    """Those of these sessions whose next request for a duty would be refused, and why: as the door decides it.

    Without a why: what is open there has to be opened anew, by a browser that still has the session's key."""
    now, people = clock.now(), {one.person for one in open_now}
    theirs: dict[int, list[SignIn]] = {one: [] for one in people}
    for one in SignIn.objects.filter(person__in=people):
        theirs[one.person_id].append(one)
    found = standing.of_all(people)
    refused: dict[Session, tuple[Refusal, ...]] = {}
    for session in open_now:
        ended = signin.judge(theirs[session.person], session.token, now)
        if isinstance(ended, Unproved) or _old(session, theirs[session.person]):
            refused[session] = ()
            continue
        missing = (ended,) if isinstance(ended, Refusal) else hindrances(found[session.person], needs)
        if missing:
            refused[session] = missing
    return refused


@enforces("6.a.i.2")
def _old(session: Session, theirs: Collection[SignIn]) -> bool:
    """Whether this was opened some marks ago: who copied the cookies then has no later one to open it with."""
    steps = [one.step for one in theirs if str(one.token) == session.token]
    return session.step is not None and any(step > session.step + STREAM_STEPS for step in steps)
