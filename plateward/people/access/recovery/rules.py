"""Who may reset whose authenticator, and when."""

from datetime import datetime, timedelta

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.access.models import Recovery
from plateward.people.access.rules import OFFICES
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.superiors import chain_above, not_below

WAITS_FOR = timedelta(hours=24)


@enforces("IA-2/people", "6.b.i.8/scope")
def may_vouch(voucher: Person, person: Person, *, second: bool = False) -> Decision:
    """Whether a person may vouch for this identity: never their own; a supervisor for their own people.

    As the `second`, after the Chief or an administrator, any supervisor for office holders with nobody above:
    otherwise nobody could ever be the second for the only administrator, or for the Chief."""
    if voucher == person:
        return Refusal(
            "IA-2",
            "You cannot reset your own second factor.",
            "Two other people must confirm your identity.",
        )
    above = chain_above(person)
    if second and person.role in OFFICES and not above:
        return Allow()
    if voucher.role == Role.SUPERVISOR and voucher.pk not in above:
        return not_below(
            person, "6.b.i.8", "Their supervisor, an ALPR administrator or the Chief must do it."
        )
    return Allow()


@enforces("IA-2/people")
def may_ask_for_recovery(reason: str, identity: str, waiting: bool) -> Decision:
    """Whether a reset may be requested: with its reason and the identity check, and one at a time."""
    if not reason.strip() or not identity.strip():
        return Refusal(
            "IA-2",
            "A reset needs a reason and how you checked identity.",
            "Enter both; they are recorded.",
        )
    if waiting:
        return Refusal(
            "IA-2", "This person already has a pending reset.", "A second person must confirm or deny it."
        )
    return Allow()


@enforces("IA-2/people")
def may_confirm_recovery(decider: str, recovery: Recovery, now: datetime) -> Decision:
    """Whether a reset may be confirmed: by somebody other than the requester, once, within 24 hours."""
    if recovery.decision or now >= recovery.lapses:
        return Refusal(
            "IA-2", "This reset was already decided, or its 24 hours are over.", "Request it again."
        )
    if decider == recovery.asked_by:
        return Refusal("IA-2", "You requested this reset.", "A second person must confirm it.")
    return Allow()


@enforces("IA-2/people")
def may_deny_recovery(recovery: Recovery, reason: str, now: datetime) -> Decision:
    """Whether a reset may be denied, or withdrawn by its requester: with a reason, while it waits."""
    if recovery.decision or now >= recovery.lapses:
        return Refusal(
            "IA-2", "This reset was already decided, or its 24 hours are over.", "There is nothing to deny."
        )
    if not reason.strip():
        return Refusal("IA-2", "The denial has no reason.", "State why; the requester is notified.")
    return Allow()
