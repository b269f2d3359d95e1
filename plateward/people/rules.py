"""Pure decisions: what a role may do, whether a sign-in still stands, when failed tries lock the account."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.employment import Employment, unfit_for
from plateward.people.permissions import Permission, Role

if TYPE_CHECKING:
    from plateward.people.models import SignIn

PROOF_LASTS = timedelta(hours=12)
IDLE_AT_MOST = timedelta(minutes=30)
LEFT_AT_MOST = timedelta(hours=12)  # then a locked session is over
PROOF_FRESH_FOR = timedelta(minutes=10)  # how recent a proof for a sensitive act must be
CLOCK_TOLERANCE = timedelta(minutes=1)  # how far the clocks of two nodes may differ
FAILED_AT_MOST, FAILED_WITHIN = 5, timedelta(minutes=15)
GUESSED_FROM = 20  # failed sign-ins from one address within that time: somebody is guessing at many accounts
SHARED_WITHIN = timedelta(minutes=10)
MARK_LASTS = timedelta(minutes=3)  # a page renews its mark every minute, in the background too
MARK_RENEWED = timedelta(
    seconds=30
)  # a mark younger than this is good enough: another tab has just renewed it
MARKS_OVERLAP = timedelta(minutes=1)  # how long a request may have been in transit with the previous mark
STREAM_STEPS = 2  # marks after which a stream shows the present one


@dataclass(frozen=True)
class SessionLocked(Refusal):
    """A refusal that a new proof of identity lifts."""


@dataclass(frozen=True)
class FactorProofNeeded(SessionLocked):
    """Like the above, but only the second factor proves it."""


class SessionCopied(Refusal):
    """The session came from a client that did not sign in: somebody copied its cookie."""


class KeyNotShown(Refusal):
    """The browser must prove the session's key again; its script does, and the request continues."""


@enforces("AC-3/signed", "AC-4/flow")
def not_signed(what: str, field: str = "") -> Refusal:
    """Wherever access is held back until it is signed: what is missing, who signs it, and where."""
    return Refusal(
        "AC-3",
        f"{what} is not in the signed sharing configuration yet.",
        "The ALPR administrator signs it and the Chief countersigns it, under Sharing.",
        field=field,
    )


@enforces(
    "6.b.i.8/matrix",
    "6.c.ii/lists",
    "6.c.ii/cases",
    "6.c.ii/people",
    "AC-6/least",
    "AC-3/signed",
    "AC-3/denied",
)
def may_perform(role: Role, permission: Permission | None, permitted: Collection[Permission]) -> Decision:
    """Access follows rank and duties. A route that names no permission is open to nobody. `permitted`: what of the
    role's duties is signed."""
    if permission is not None and permission in permitted:
        return Allow()
    if permission is not None and role in permission.roles:
        return not_signed(f"This duty of your role, {role.label},")
    return Refusal(
        "6.b.i.8",
        f"Your role, {role.label}, does not allow this.",
        "The attempt was recorded. See People, Permissions."
        if role in Permission.PERSON_VIEW.roles
        else "Ask the ALPR administrator if your duties need it. The attempt was recorded.",
    )


@enforces(
    "5.d/account", "5.e/training", "6.c.i.2/sworn", "6.c.i.3/employed", "6.c.i.4/employed", "6.c.i.5/employed"
)
def may_serve(name: str, role: Role, employment: Employment, day: date) -> Decision:
    """Whether a person may have this role on that day."""
    if unfit := unfit_for(role, employment, day):
        return Refusal(
            unfit.clause,
            unfit.reason(name),
            "If this is wrong, have an ALPR administrator correct the account; otherwise request another role.",
        )
    return Allow()


@enforces("6.a.i.2/own", "IA-2/people")
def may_give_password(giver: str, username: str, enrolled: bool) -> Decision:
    """Whether a person (a username) may get a first password; one who is `enrolled` has had it."""
    if giver == username:
        return Refusal(
            "6.a.i.2",
            "You cannot give yourself a first password.",
            "Change yours under My account with the current one.",
        )
    if enrolled:
        return Refusal(
            "IA-2",
            "This person already has a second factor.",
            "Two people reset a forgotten password under Lost authenticators.",
        )
    return Allow()


@enforces("IA-5.sessions/again", "AC-11/lock", "AC-11/exempt", "AC-12/ends")
def is_sign_in_open(sign_in: "SignIn", now: datetime) -> Decision:
    """Whether a sign-in is open, locked until a new proof, or over. A terminal, which stands in a patrol vehicle or a
    secure dispatch room, has no idle lock."""
    if max(sign_in.began_at, sign_in.proved_at, sign_in.seen_at) > now + CLOCK_TOLERANCE:
        return SessionLocked(
            "IA-5.sessions", "The system clock was set back.", "Confirm your identity to continue."
        )
    idle = sign_in.seen_at + IDLE_AT_MOST
    ends = sign_in.proved_at + PROOF_LASTS
    since = min(
        moment for moment in (sign_in.locked_at, None if sign_in.terminal_id else idle, ends) if moment
    )
    if since > now:
        return Allow()
    if now - since >= LEFT_AT_MOST:
        return Refusal("AC-12", "This session was left locked for 12 hours.", "Log in again to continue.")
    if ends <= now:
        return SessionLocked(
            "IA-5.sessions", "You were logged in for 12 hours.", "Confirm your identity to continue."
        )
    if sign_in.locked_at:
        return SessionLocked("AC-11", "This session is locked.", "Confirm your identity to continue.")
    return SessionLocked("AC-11", "No activity for 30 minutes.", "Confirm your identity to continue.")


@enforces("6.a.i.2/own", "IA-5.sessions/again")
def proof_is_fresh(proved: datetime, now: datetime) -> Decision:
    """Whether the last proof is good enough for a sensitive act."""
    if timedelta(0) - CLOCK_TOLERANCE <= now - proved < PROOF_FRESH_FOR:
        return Allow()
    return SessionLocked(
        "IA-5.sessions", "This requires identity confirmation.", "Confirm your identity to continue."
    )


@enforces("6.c.ii.1/factors", "6.c.ii.1/all", "IA-2/people")
def factor_is_fresh(proved: datetime | None, now: datetime) -> Decision:
    """Whether the second factor was proved recently enough for what a password does not do: to change the factors, to
    make an API token, to take results along."""
    if proved is not None and isinstance(proof_is_fresh(proved, now), Allow):
        return Allow()
    return FactorProofNeeded(
        "6.c.ii.1",
        "This requires your second factor.",
        "Confirm with your authenticator app or key, not a password.",
    )


@enforces("6.c.ii.1/all", "IA-2/people")
def may_enter(factor_used: bool, enrolled: bool, may_enroll: bool) -> Decision:
    """Whether a sign-in may complete: with a second factor, or if a first may be set up (`may_enroll`)."""
    if factor_used or (may_enroll and not enrolled):
        return Allow()
    if enrolled:
        return Refusal("6.c.ii.1", "You logged in without your second factor.", "Log in again with it.")
    return Refusal(
        "6.c.ii.1",
        "Your account has no second factor, and a password alone cannot set one up.",
        "Ask the ALPR administrator for a reset: it is recorded and gives you a password for one log-in.",
    )


@enforces("6.c.ii.1/factors", "IA-2/people")
def keeps_a_factor(left: int, may_enroll: bool) -> Decision:
    """Whether a factor may go: not the last, unless two people have just reset a lost one (`may_enroll`)."""
    if left or may_enroll:
        return Allow()
    return Refusal(
        "6.c.ii.1",
        "This is your only second factor, and one is required. Nothing was changed.",
        "Set up another one first. An authenticator app on a new phone replaces the one you have.",
    )


@enforces("6.a.i.2/own", "IA-5.sessions/secret")
def mark_stands(sign_in: "SignIn", shown_step: int | None, place_known: bool, now: datetime) -> Decision:
    """Whether a request with the mark of this step comes from the browser that the session is bound to."""
    current = shown_step == sign_in.step
    on_its_way = shown_step == sign_in.step - 1 and (
        sign_in.step_seen_at is None or now - sign_in.step_seen_at < MARKS_OVERLAP
    )
    if not (current or on_its_way):
        return SessionCopied(
            "6.a.i.2",
            "A copy of this session's cookies was used, so the session has ended.",
            "Log in again. Notify the ALPR administrator at once: someone may have copied them from your browser.",
        )
    return mark_is_fresh(sign_in.step_at or sign_in.began_at, now) if place_known else KEY_NOT_SHOWN


KEY_NOT_SHOWN = KeyNotShown(
    "6.a.i.2", "This browser has not shown its key for a while, or is at a new address.", "Reload the page."
)


@enforces("6.a.i.2/own", "IA-5.sessions/secret")
def mark_is_fresh(at: datetime, now: datetime) -> Decision:
    """Whether a mark issued then is good now."""
    return Allow() if timedelta(0) - CLOCK_TOLERANCE <= now - at < MARK_LASTS else KEY_NOT_SHOWN


@enforces("AC-7/lock")
def too_many_failures(failed: Iterable[datetime], released: datetime | None, now: datetime) -> bool:
    """Whether these failures lock the account. Future ones count too: the clock may have been set back."""
    since = max(now - FAILED_WITHIN, released or now - FAILED_WITHIN)
    return sum(1 for at in failed if at > since) >= FAILED_AT_MOST


@enforces("6.a.i.2/lending")
def seems_shared(earlier: "SignIn", same_client: bool, now: datetime) -> bool:
    """Whether a sign-in from another client, minutes after activity elsewhere, may be another person's."""
    return (
        not same_client
        and isinstance(is_sign_in_open(earlier, now), Allow)
        and now - earlier.seen_at < SHARED_WITHIN
    )
