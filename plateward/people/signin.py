"""One live sign-in a person: begun, checked at every request, ended."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.http import HttpRequest
from django.utils.timezone import localtime

from plateward import clock
from plateward.people.models import Person, SignIn
from plateward.people.rules import lasts
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

TOKEN = "people.sign_in"  # noqa: S105, a name: in the session: which sign-in it is
_NOTED_EVERY = timedelta(minutes=1)


@enforces("6.a.i.2")
def begin(request: HttpRequest, person: Person) -> SignIn | None:
    """This session becomes the person's only one. Returns the one that it ended, where another was live."""
    request.session.clear_expired()
    token, now = uuid4(), clock.now()
    earlier = SignIn.objects.filter(person=person).first()
    SignIn.objects.update_or_create(
        person=person,
        defaults={
            "token": token,
            "began_at": now,
            "seen_at": now,
            "address": request.META.get("REMOTE_ADDR", ""),
        },
    )
    request.session[TOKEN] = str(token)
    if earlier and isinstance(lasts(earlier.began_at, earlier.seen_at, now), Allow):
        return earlier
    return None


@enforces("6.a.i.2", "IA-5.sessions", "AC-12")
def stands(request: HttpRequest) -> Decision:
    """Whether this session is still its person's live sign-in. A stream asks again before it sends."""
    return judge(_of(request), request.session.get(TOKEN), clock.now())


def judge(current: SignIn | None, token: str | None, now: datetime) -> Decision:
    """Whether `token` is that of the person's live sign-in."""
    if current is None or token is None:
        return Refusal("AC-12", "This session has ended.", "Log in again to go on.")
    if str(current.token) != token:
        return Refusal(
            "6.a.i.2",
            f"This session ended at {localtime(current.began_at):%H:%M}, because you logged in again "
            f"from {current.address or 'another place'}.",
            "A person has one session at a time. If that was not you, tell the ALPR administrator at once.",
        )
    return lasts(current.began_at, current.seen_at, now)


def seen(request: HttpRequest) -> None:
    """The person does something here: the 30 minutes begin anew."""
    now = clock.now()
    SignIn.objects.filter(token=request.session[TOKEN], seen_at__lt=now - _NOTED_EVERY).update(seen_at=now)


def end(request: HttpRequest) -> timedelta | None:
    """This sign-in is over. Returns how long it was; None where it was not the live one any more."""
    current = _of(request)
    if current is None or str(current.token) != request.session.get(TOKEN):
        return None
    current.delete()
    return clock.now() - current.began_at


def _of(request: HttpRequest) -> SignIn | None:
    person = request.user
    if not isinstance(person, Person):
        return None
    return SignIn.objects.filter(person=person).first()
