"""Where a person is signed in: begun, checked at every request, locked, proved anew, ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime

from plateward import clock
from plateward.audit import repeats
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.people import binding
from plateward.people.clients import browser, client_of
from plateward.people.http import TOKEN
from plateward.people.models import Person, SignIn, Terminal
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.rules import (
    IDLE_AT_MOST,
    Betrayed,
    Times,
    fresh,
    fresh_factor,
    fresh_mark,
    lasts,
    looks_shared,
)
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

ASKED = "SELECT * FROM people_signin WHERE person_id = %s"  # at every request, so not in the ORM's time
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Begun:
    """What a log-in found: the sessions that it ended, and those of them that may be another person's."""

    client: str
    ended: tuple[SignIn, ...]
    shared: tuple[SignIn, ...]


def times(one: SignIn) -> Times:
    """For the rules."""
    return Times(one.began_at, one.proved_at, one.seen_at, one.locked_at, one.terminal_id is not None)


@enforces("6.a.i.2")
def begin(request: HttpRequest, person: Person) -> Begun:
    """This session becomes the person's only one, or the only one of its kind where the site allows both.

    Called within the act of the log-in. Of two at the same time the later one stands.
    """
    request.session.clear_expired()
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    token, now = uuid4(), clock.now()
    steps = get_authentication_records(request, person)
    client, terminal = client_of(request)
    others = SignIn.objects.filter(person=person).select_related("terminal")
    if settings.SESSION_BESIDE_TERMINAL:
        others = others.filter(terminal__isnull=terminal is None)
    live = [one for one in others if not one.ended and isinstance(lasts(times(one), now), Allow)]
    others.delete()
    address = request.META.get("REMOTE_ADDR", "")
    request.sign_in = SignIn.objects.create(  # type: ignore[attr-defined]
        person=person,
        terminal=terminal,
        token=token,
        began_at=now,
        proved_at=now,
        factor_at=now if any(step.get("method") == "mfa" for step in steps) else None,
        seen_at=now,
        address=address,
        client=client,
        key=binding.key_of(request),
        step_at=now,
        places=[address],
    )
    if terminal:
        Terminal.objects.filter(pk=terminal.pk).update(used_at=now)
    request.session[TOKEN] = str(token)
    shared = [one for one in live if looks_shared(times(one), one.client == client, now)]
    return Begun(client, tuple(live), tuple(shared))


@enforces("6.a.i.2", "IA-5.sessions")
def stands(request: HttpRequest) -> Decision:
    """Whether this session is its person's live sign-in, open, and used by the client that logged in."""
    token, theirs = request.session.get(TOKEN), list(SignIn.objects.raw(ASKED, [request.user.pk]))
    client, _ = client_of(request)
    current = next((one for one in theirs if str(one.token) == token), None)
    request.sign_in = current  # type: ignore[attr-defined]
    if current and not _same(current, client):
        return Betrayed(
            "6.a.i.2",
            "This session was opened by another browser, or at another place: it has ended.",
            "Log in again. If you did not take it along, tell the ALPR administrator at once.",
        )
    now = clock.now()
    marked = binding.stands(request, current, now) if current and current.key else Allow()
    if isinstance(marked, Betrayed):
        return marked
    open_still = judge(theirs, token, now)
    return marked if isinstance(open_still, Allow) else open_still


def _same(sign_in: SignIn, client: str) -> bool:
    """Whether the client may be the one that logged in. One that has a key shows it at each new place instead."""
    if sign_in.key and sign_in.terminal_id is None:
        return browser(sign_in.client) == browser(client)
    return sign_in.client == client


@enforces("6.a.i.2", "IA-5.sessions", "AC-11", "AC-12")
def judge(theirs: Collection[SignIn], token: str | None, now: datetime) -> Decision:
    """Whether `token` is that of one of a person's sign-ins, and that one is open."""
    current = next((one for one in theirs if str(one.token) == token), None)
    if current is None:
        return _replaced(max(theirs, key=lambda one: one.began_at, default=None) if token else None)
    if current.ended:
        return Refusal("6.a.i.2", current.ended, "If that was not you, tell the ALPR administrator at once.")
    lasting = lasts(times(current), now)
    if isinstance(lasting, Allow) and current.key:
        return fresh_mark(current.step_at or current.began_at, now)
    return lasting


def open_now(people: Collection[int]) -> set[int]:
    """Those of these people, by key, who have a session that is open: neither locked nor over."""
    now = clock.now()
    rows = SignIn.objects.filter(person__in=people, ended="")
    return {one.person_id for one in rows if isinstance(lasts(times(one), now), Allow)}


def _replaced(later: SignIn | None) -> Refusal:
    """Why no sign-in carries a session's token; `later`: the one that the person has now."""
    if later is None or later.ended:
        return Refusal("AC-12", "This session has ended.", "Log in again to go on.")
    return Refusal(
        "6.a.i.2",
        f"This session ended at {localtime(later.began_at):%H:%M}, because you logged in again "
        f"from {later.address or 'another place'}.",
        "A person has one session at a time. If that was not you, tell the ALPR administrator at once.",
    )


def proved_lately(request: HttpRequest) -> Decision:
    """Whether this session's person proved who they are within the last minutes."""
    current = of(request)
    return fresh(current.proved_at, clock.now()) if current else _replaced(None)


def factor_proved_lately(request: HttpRequest) -> Decision:
    """Whether this session's person proved a second factor within the last minutes."""
    current = of(request)
    return fresh_factor(current.factor_at, clock.now()) if current else _replaced(None)


def seen(request: HttpRequest) -> None:
    """The person does something here: the 30 minutes begin anew. To be called where the sign-in `stands`."""
    now = clock.now()
    if request.sign_in.seen_at < now - _NOTED_EVERY:  # type: ignore[attr-defined]
        _mine(request).update(seen_at=now)


def lock(request: HttpRequest) -> None:
    """Until a new proof nothing answers here."""
    _mine(request).filter(locked_at=None).update(locked_at=clock.now())


def prove(request: HttpRequest, *, factor: bool) -> None:
    """The person has just proved who they are, by a second `factor` or not: 12 hours and 30 minutes begin anew."""
    now = clock.now()
    _mine(request).update(
        proved_at=now, seen_at=now, locked_at=None, **({"factor_at": now} if factor else {})
    )


@enforces("6.a.i.2", "IA-5.sessions", "AU-2")
def betrayed(who: Who, request: HttpRequest, person: Person, found: Betrayed) -> None:
    """This session is over wherever it is open, on record, and its owner is told, at once and at their next request."""
    current, (client, _) = of(request), client_of(request)
    about = f"person:{person.username}"
    if current is None or current.ended:  # again and again by the same cookie
        repeats.record(
            who, Event.SESSION_FLAG, about, outcome="refused", clause=found.clause, reason=found.reason
        )
        return
    what = found.reason
    if current.client != client:
        what = f"This session, opened by {current.client}, was used by {client}: it has ended."
    with act(who, Event.SESSION_FLAG, about, reason=found.reason) as entry:
        entry.outcome, entry.clause, entry.reason = "refused", found.clause, what
        SignIn.objects.filter(pk=current.pk).update(ended=what[:400])
        notify([person], Kind.SESSION_COPY, f"{what} {found.help}", person, link=reverse("mfa_index"))


def end(request: HttpRequest) -> timedelta | None:
    """This sign-in is over. Returns how long it was; None where it was not the live one any more."""
    current = of(request)
    if current is None:
        return None
    current.delete()
    return clock.now() - current.began_at


def idle_seconds(request: HttpRequest) -> int:
    """After how many idle seconds the page hides what it shows; 0 where there is no idle lock."""
    current = of(request)
    return 0 if current is None or current.terminal_id else int(IDLE_AT_MOST.total_seconds())


def of(request: HttpRequest) -> SignIn | None:
    """The sign-in that this session carries the token of."""
    return _mine(request).first()


def _mine(request: HttpRequest) -> QuerySet[SignIn]:
    """The row that this session carries the token of, if there still is one."""
    token = request.session.get(TOKEN)
    return SignIn.objects.filter(token=token, person=request.user.pk) if token else SignIn.objects.none()
