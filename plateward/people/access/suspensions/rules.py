"""Who may suspend and who may restore access, and which dates a leave may have. Pure."""

from datetime import date

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.access.models import Suspension
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.superiors import not_below

LONGEST_LEAVE_DAYS = 3 * 365
KIND = Suspension.Kind


@enforces("AC-2/disabled", "AC-6/least")
def may_suspend(actor: str, person: Person, reason: str, live: bool) -> Decision:
    """Whether access may be suspended, by `actor` (`kind:id`); `live`: it already is, in the same way."""
    if not reason.strip():
        return Refusal("AC-2", "The suspension has no reason.", "State why.", field="reason")
    if live:
        return Refusal(
            "AC-2",
            f"{person.full_name}'s access is already suspended this way.",
            "No action is needed.",
        )
    if actor == f"person:{person.username}":
        return Refusal(
            "AC-6", "You cannot suspend or end your own access.", "Another authorized person must do it."
        )
    return Allow()


@enforces("AC-2/disabled")
def may_switch_off(
    role: Role, oneself: bool, above: bool, reason: str, live: bool, person: Person
) -> Decision:
    """Whether a person may suspend a high risk: a supervisor those below, other roles everybody.

    Oneself too: a person whose account was taken over need not wait for somebody else."""
    if not reason.strip():
        return Refusal("AC-2", "The suspension has no reason.", "State the risk.", field="reason")
    if live:
        return Refusal("AC-2", f"{person.full_name} is already suspended.", "No action is needed.")
    if role is Role.SUPERVISOR and not (above or oneself):
        return not_below(
            person,
            "AC-2",
            "Call the ALPR administrator, IT Cyber Security or the CJIS Security Officer at once.",
        )
    return Allow()


@enforces("AC-2/disabled", "6.b.i/designation", "6.b.i/oversight", "6.b.i.8/matrix")
def may_restore(
    actor: str,
    permissions: frozenset[Permission],
    suspension: Suspension,
    reason: str,
    over: bool,
    stranded: bool,
) -> Decision:
    """Whether access may be restored: only by the administrator, never by the person themself.

    By the Chief's office if it is `stranded`: the administrator's own, and no other administrator is left."""
    if over:
        return Refusal("AC-2", "This suspension has ended already.", "See the person's access.")
    if actor == f"person:{suspension.person.username}":
        return Refusal("AC-6", "You cannot restore your own access.", "An ALPR administrator must do it.")
    if Permission.PERSON_MANAGE not in permissions and not (
        stranded and Permission.DESIGNATION_MAKE in permissions
    ):
        return Refusal(
            "6.b.i.8",
            "Only the ALPR administrator can restore access; for the last administrator, the Chief.",
            "Ask the ALPR administrator.",
        )
    if suspension.kind == KIND.RECOVERY:
        return Refusal(
            "IA-2",
            "One person alone cannot restore a lost second factor.",
            "Two people must confirm who it is.",
        )
    if not reason.strip():
        return Refusal(
            "AC-2", "Restoring access needs a reason.", "State why it can be restored.", field="reason"
        )
    return Allow()


@enforces("AC-7/lock", "AC-6/least")
def may_release_chief(person: Person, locked: bool, administrators: list[str], reason: str) -> Decision:
    """Whether the command line may end a lock: only the Chief's own, after failed sign-ins, when no
    administrator (`administrators`, by name) can work and do it. Other locks are for people with the duty."""
    if person.role != Role.CHIEF:
        return Refusal(
            "AC-7",
            f"{person.full_name} is not the Chief.",
            "An ALPR administrator releases others; the Chief releases the last administrator.",
        )
    if not locked:
        return Refusal(
            "AC-7", f"{person.full_name} is not locked after failed log-ins.", "No action is needed."
        )
    if administrators:
        return Refusal(
            "AC-7",
            f"An ALPR administrator can work: {', '.join(administrators)}.",
            "They can release the Chief under Log-ins and terminals.",
        )
    if not reason.strip():
        return Refusal(
            "AC-2",
            "Restoring access needs a reason.",
            "State how you know that it is the Chief.",
            field="reason",
        )
    return Allow()


@enforces("AC-2/disabled")
def has_valid_dates(first: date, last: date, today: date) -> Decision:
    """Whether these can be the first and last day of a leave: in order, and not in the past."""
    if last < first:
        return Refusal("AC-2", "The leave would end before it begins.", "Correct the dates.", field="last")
    if last < today:
        return Refusal(
            "AC-2",
            "The leave would already be over.",
            "Past days cannot change: enter current or future days.",
            field="last",
        )
    if (last - today).days > LONGEST_LEAVE_DAYS:
        return Refusal(
            "AC-2",
            "The leave would end more than three years from now.",
            "Correct the last day.",
            field="last",
        )
    return Allow()
