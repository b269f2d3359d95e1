"""Registered terminals: an administrator issues a code, and the browser redeems it for a secret."""

import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from plateward.core.audit import repeated_refusals
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.gate import as_recorded
from plateward.core.db.fields import is_sealed
from plateward.core.db.locking import change_row, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refusal, Refused
from plateward.ground.policy.trace import enforces
from plateward.people.actions import one_time_password
from plateward.people.browser_cookies import LONGEST_S, set_cookie
from plateward.people.models import Terminal

COOKIE = "__Host-plateward-terminal"
CODE_LASTS = timedelta(hours=1)


def secret_digest(secret: str) -> str:
    """What is stored of a terminal's secret or code."""
    return hmac.digest(settings.RING.key("terminals"), secret.encode(), "sha256").hex()


@enforces("AC-11/exempt", "6.a.i.2/own", "6.a.i.2/vehicle")
def terminal_of(request: HttpRequest) -> Terminal | None:
    """The terminal that this browser is, by its secret; an address alone makes none."""
    secret = request.COOKIES.get(COOKIE, "")
    if not 20 <= len(secret) <= 100:
        return None
    return _sealed(secret=secret_digest(secret), taken_at__isnull=False)


def _sealed(**known: object) -> Terminal | None:
    """The terminal that is not revoked and that the hub itself stored, as the log has it."""
    terminal = Terminal.objects.filter(revoked_at=None, **known).first()
    is_own = terminal is not None and is_sealed(terminal) and isinstance(as_recorded(terminal), Allow)
    return terminal if is_own else None


@enforces("AC-11/exempt")
def issue_terminal_code(actor: Actor, name: str, kind: Terminal.Kind) -> str:
    """Let a browser become this terminal, within an hour. Returns the code to type there, once."""
    code = one_time_password()
    with act(actor, Event.TERMINAL_ISSUE, f"terminal:{name}") as entry:
        entry.note(kind=kind.value)
        Terminal.objects.create(name=name, kind=kind, secret=secret_digest(code), issued_by=actor.key)
    return code


@enforces("AC-11/exempt")
def register_terminal(actor: Actor, code: str, answer: HttpResponse) -> Terminal:
    """Make this browser the terminal that the code was issued for. A code works once."""
    wrong = Refusal(
        "AC-11",
        "This code is not valid: mistyped, used, revoked, or older than an hour.",
        "Ask the ALPR administrator for a new one.",
        field="code",
    )
    secret, now = secrets.token_urlsafe(32), clock.now()
    terminal = _sealed(
        secret=secret_digest(code.strip().lower()), taken_at=None, issued_at__gt=now - CODE_LASTS
    )
    if terminal is None:
        repeated_refusals.record_or_count(
            actor,
            Event.TERMINAL_TAKE,
            "terminal",
            outcome="refused",
            clause=wrong.clause,
            reason=wrong.reason,
        )
        raise Refused(wrong)
    with act(actor, Event.TERMINAL_TAKE, f"terminal:{terminal.name}"):
        # Of two browsers with one code, the first gets it.
        locked = lock_row(terminal)
        if locked.taken_at:
            raise Refused(wrong)
        change_row(locked, secret=secret_digest(secret), taken_at=now)
    set_cookie(answer, COOKIE, secret, LONGEST_S)
    return terminal


@enforces("AC-11/exempt")
def revoke_terminal(actor: Actor, terminal: Terminal) -> None:
    """From now on this browser is like any other, and the open session there ends."""
    with act(actor, Event.TERMINAL_REVOKE, f"terminal:{terminal.name}"):
        if terminal.revoked_at:
            raise Refused(Refusal("AC-11", "This terminal was already revoked.", "No action is needed."))
        Terminal.objects.filter(pk=terminal.pk).update(
            revoked_at=clock.now(), revoked_by=actor.key, seal=None
        )
