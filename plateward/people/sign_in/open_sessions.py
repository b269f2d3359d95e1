"""Which open streams and pages must end: one check for all of them, however many there are."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest

from plateward.ground import clock
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.http import TOKEN_KEY
from plateward.people.models import SignIn
from plateward.people.permissions import Permission
from plateward.people.recorded_sign_ins import read_sign_ins
from plateward.people.rules import STREAM_STEPS, KeyNotShown
from plateward.people.sign_in import sign_ins


@dataclass(frozen=True)
class OpenSession:
    """A session that the middleware admitted: whose, of which sign-in, and its mark, if any."""

    person: int
    token: str
    step: int | None = None


def session_of(request: HttpRequest) -> OpenSession:
    """The session of a request that the middleware admitted."""
    assert request.user.pk is not None  # noqa: S101  # the door lets nobody else in
    sign_in = request.sign_in  # type: ignore[attr-defined]
    return OpenSession(request.user.pk, request.session[TOKEN_KEY], sign_in.step if sign_in.key else None)


@enforces("6.a.i.2/unauthorized", "6.d.ii/yearly", "AC-2/disabled", "AC-12/ends")
def refusals_of_sessions(
    open_now: Collection[OpenSession], needs: Permission
) -> dict[OpenSession, tuple[Refusal, ...]]:
    """The sessions whose next request for a duty the middleware would refuse, and why.

    Without a why: it must be opened again, by a browser that still has the session's key."""
    now, people = clock.now(), {item.person for item in open_now}
    by_person: dict[int, list[SignIn]] = {item: [] for item in people}
    for item in read_sign_ins(people)[0]:
        by_person[item.person_id].append(item)
    standings = standing.standings_of(people)
    refused: dict[OpenSession, tuple[Refusal, ...]] = {}
    for session in open_now:
        ended = sign_ins.check_token(by_person[session.person], session.token, now)
        if isinstance(ended, KeyNotShown) or _is_old(session, by_person[session.person]):
            refused[session] = ()
            continue
        missing = (ended,) if isinstance(ended, Refusal) else refusals_for(standings[session.person], needs)
        if missing:
            refused[session] = missing
    return refused


@enforces("6.a.i.2/own")
def _is_old(session: OpenSession, sign_ins: Collection[SignIn]) -> bool:
    """Whether this was opened some marks ago: a copy of the cookies has no later one to open it with."""
    steps = [sign_in.step for sign_in in sign_ins if str(sign_in.token) == session.token]
    return session.step is not None and any(step > session.step + STREAM_STEPS for step in steps)
