"""A person's sign-ins: begun, checked at every request, locked, proved again, ended."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime

from plateward.core.audit import repeated_refusals
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.gate import as_recorded
from plateward.core.db.locking import lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people import binding
from plateward.people.clients import browser_of, client_of
from plateward.people.http import TOKEN_KEY
from plateward.people.models import Person, SignIn, Terminal
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.recorded_sign_ins import read_sign_ins
from plateward.people.rules import (
    IDLE_AT_MOST,
    SessionCopied,
    factor_is_fresh,
    is_sign_in_open,
    mark_is_fresh,
    proof_is_fresh,
    seems_shared,
)

_ACTIVITY_NOTED_EVERY = timedelta(minutes=1)
STEPS_KEY = "people.steps"  # in the session: what allauth has no part in
# In the session, under seal: of the sign-in's row the log has no entry for each page, and it could be set ahead.
SEEN_KEY = "people.seen"


def add_step(request: HttpRequest, person: Person, method: str, **more: Any) -> None:
    """The person has identified themselves in this session, by the directory or by setting up a factor."""
    known = request.session.get(STEPS_KEY, {}).get(str(person.pk), [])
    request.session[STEPS_KEY] = {str(person.pk): [*known, {"method": method, **more}]}


def steps_of(request: HttpRequest, person: Person) -> list[dict[str, Any]]:
    """How the person has identified themselves in this session; a second factor is of the method "mfa"."""
    own = request.session.get(STEPS_KEY, {}).get(str(person.pk), [])
    return [*own, *get_authentication_records(request, person)]


@enforces("6.a.i.2/own")
def begin_sign_in(request: HttpRequest, person: Person) -> tuple[list[SignIn], list[SignIn]]:
    """Make this session the person's only one, or the only one of its kind where the site allows both. Returns the
    sessions that it ended, and those of them that may belong to another person.

    Called within the sign-in's act. Of two at the same time, the later one stays.
    """
    request.session.clear_expired()
    lock_row(person)
    token, now = uuid4(), clock.now()
    steps = steps_of(request, person)
    client, terminal = client_of(request)
    other_sign_ins = SignIn.objects.filter(person=person).select_related("terminal")
    if settings.SESSION_BESIDE_TERMINAL:
        other_sign_ins = other_sign_ins.filter(terminal__isnull=terminal is None)
    live = [
        sign_in
        for sign_in in other_sign_ins
        if not sign_in.ended and isinstance(is_sign_in_open(sign_in, now), Allow)
    ]
    other_sign_ins.delete()
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
        key=binding.browser_key(request),
        step_at=now,
        places=[address],
    )
    if terminal:
        Terminal.objects.filter(pk=terminal.pk).update(used_at=now)
    request.session[TOKEN_KEY] = str(token)
    request.session[SEEN_KEY] = now.isoformat()
    shared = [sign_in for sign_in in live if seems_shared(sign_in, sign_in.client == client, now)]
    return live, shared


@enforces("6.a.i.2/own", "IA-5.sessions/again", "IA-5.sessions/secret")
def check_session(request: HttpRequest) -> Decision:
    """Whether this session is its person's live sign-in, open, and used by the client that signed in."""
    token = request.session.get(TOKEN_KEY)
    sign_ins, altered = read_sign_ins([request.user.pk])
    client, _ = client_of(request)
    current = _of_token(sign_ins, token)
    request.sign_in = current  # type: ignore[attr-defined]
    if forged := _of_token(altered, token):
        return as_recorded(forged)
    if current and not _same_client(current, client):
        return SessionCopied(
            "6.a.i.2",
            "This session was opened in another browser or place; it has ended.",
            "Log in again. If you did not move it, notify the ALPR administrator at once.",
        )
    now = clock.now()
    if current:
        seen = request.session.get(SEEN_KEY)  # none in one that a version before this began
        current.seen_at = min(current.seen_at, datetime.fromisoformat(seen)) if seen else current.began_at
    marked = binding.check_mark(request, current, now) if current and current.key else Allow()
    if isinstance(marked, SessionCopied):
        return marked
    open_still = check_token(sign_ins, token, now)
    return marked if isinstance(open_still, Allow) else open_still


def _of_token(sign_ins: Collection[SignIn], token: str | None) -> SignIn | None:
    return next((sign_in for sign_in in sign_ins if str(sign_in.token) == token), None)


def _same_client(sign_in: SignIn, client: str) -> bool:
    """Whether the client may be the one that signed in. With a key, it proves the key at new places."""
    if sign_in.key and sign_in.terminal_id is None:
        return browser_of(sign_in.client) == browser_of(client)
    return sign_in.client == client


@enforces("6.a.i.2/own", "IA-5.sessions/again", "AC-11/lock", "AC-12/ends")
def check_token(sign_ins: Collection[SignIn], token: str | None, now: datetime) -> Decision:
    """Whether `token` belongs to one of a person's sign-ins, and that one is open."""
    current = _of_token(sign_ins, token)
    if current is None:
        latest = max(sign_ins, key=lambda sign_in: sign_in.began_at, default=None)
        return _ended_refusal(latest if token else None)
    if current.ended:
        return Refusal(
            "6.a.i.2", current.ended, "If this was not you, notify the ALPR administrator at once."
        )
    lasting = is_sign_in_open(current, now)
    if isinstance(lasting, Allow) and current.key:
        return mark_is_fresh(current.step_at or current.began_at, now)
    return lasting


def people_with_open_session(people: Collection[int]) -> set[int]:
    """Those of these people, by key, whose session is open: neither locked nor over."""
    now = clock.now()
    rows, _ = read_sign_ins(people)
    return {
        sign_in.person_id
        for sign_in in rows
        if not sign_in.ended and isinstance(is_sign_in_open(sign_in, now), Allow)
    }


def _ended_refusal(later: SignIn | None) -> Refusal:
    """Why no sign-in carries a session's token; `later` is the person's present sign-in."""
    if later is None or later.ended:
        return Refusal("AC-12", "This session has ended.", "Log in again to continue.")
    return Refusal(
        "6.a.i.2",
        f"This session ended at {localtime(later.began_at):%H:%M}, because you logged in again "
        f"from {later.address or 'another place'}.",
        "You can have one session at a time. If this was not you, notify the ALPR administrator at once.",
    )


def proved_lately(request: HttpRequest) -> Decision:
    """Whether this session's person proved who they are in the last few minutes."""
    current = current_sign_in(request)
    return proof_is_fresh(current.proved_at, clock.now()) if current else _ended_refusal(None)


def factor_proved_lately(request: HttpRequest) -> Decision:
    """Whether this session's person proved a second factor in the last few minutes."""
    current = current_sign_in(request)
    return factor_is_fresh(current.factor_at, clock.now()) if current else _ended_refusal(None)


def note_activity(request: HttpRequest) -> None:
    """Activity: the 30 minutes start again. Call this only where the sign-in `stands`."""
    now = clock.now()
    if request.sign_in.seen_at < now - _ACTIVITY_NOTED_EVERY:  # type: ignore[attr-defined]
        _current_rows(request).update(seen_at=now)
        request.session[SEEN_KEY] = now.isoformat()


def lock_sign_in(request: HttpRequest) -> None:
    """Until a new proof nothing in this session answers. Call this, and note_proof, within the act."""
    _current_rows(request).filter(locked_at=None).update(locked_at=clock.now())


def note_proof(request: HttpRequest, *, factor: bool) -> None:
    """The person has just proved who they are, by second `factor` or not: 12 h and 30 min restart."""
    now = clock.now()
    _current_rows(request).update(
        proved_at=now, seen_at=now, locked_at=None, **({"factor_at": now} if factor else {})
    )
    request.session[SEEN_KEY] = now.isoformat()


@enforces("6.a.i.2/lending", "IA-5.sessions/secret", "AU-2/logons")
def end_copied_session(actor: Actor, request: HttpRequest, person: Person, refusal: SessionCopied) -> None:
    """End this session everywhere and record it; notify its owner now and at their next request."""
    current, (client, _) = current_sign_in(request), client_of(request)
    about = f"person:{person.username}"
    if current is None or current.ended:  # repeated requests with the same cookie
        repeated_refusals.record_or_count(
            actor, Event.SESSION_FLAG, about, outcome="refused", clause=refusal.clause, reason=refusal.reason
        )
        return
    text = refusal.reason
    if current.client != client:
        text = f"This session, opened by {current.client}, was used by {client}: it has ended."
    with act(actor, Event.SESSION_FLAG, about, reason=refusal.reason) as entry:
        entry.outcome, entry.clause, entry.reason = "refused", refusal.clause, text
        SignIn.objects.filter(pk=current.pk).update(ended=text[:400])
        notify([person], Kind.SESSION_COPY, f"{text} {refusal.help}", person, link=reverse("mfa_index"))


def end_sign_in(request: HttpRequest) -> timedelta | None:
    """End this sign-in. Returns how long it lasted; None when it was no longer the live one."""
    current = current_sign_in(request)
    if current is None:
        return None
    current.delete()
    return clock.now() - current.began_at


def idle_seconds(request: HttpRequest) -> int:
    """Idle seconds after which the page hides its content; 0 where there is no idle lock."""
    # A page of an unknown address (404) was not checked before.
    current = getattr(request, "sign_in", None) or current_sign_in(request)
    return 0 if current is None or current.terminal_id else int(IDLE_AT_MOST.total_seconds())


def current_sign_in(request: HttpRequest) -> SignIn | None:
    """The sign-in whose token this session carries."""
    return _current_rows(request).first()


def _current_rows(request: HttpRequest) -> QuerySet[SignIn]:
    """The row whose token this session carries, if it still exists."""
    token = request.session.get(TOKEN_KEY)
    return SignIn.objects.filter(token=token, person=request.user.pk) if token else SignIn.objects.none()
