"""When access may be requested, approved and denied."""

from datetime import datetime

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.access.models import Access
from plateward.people.access.rules import OFFICES
from plateward.people.actor_names import person_key
from plateward.people.agency_terms import AgencyTerm, term_runs
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.superiors import chain_above, not_below


@enforces("AC-2/approval")
def may_request(reason: str, waiting: bool) -> Decision:
    """Whether access may be requested: with the duties that need it, and one request at a time."""
    if not reason.strip():
        return Refusal("AC-2", "The request has no reason.", "State which duties need it.", field="reason")
    if waiting:
        return Refusal("AC-2", "This person already has a pending request.", "Get a decision on it first.")
    return Allow()


@enforces("AC-2/approval", "6.b.i.8/scope")
def may_ask_for(requester: Person | None, person: Person, supervisor: Person | None) -> Decision:
    """Whether a person may request this access: an administrator for anybody, a supervisor for their own
    people and for newcomers who join them. `requester` is None at the hub's command line."""
    if requester is None or requester.role == Role.ADMINISTRATOR:
        return Allow()
    if requester.pk in chain_above(person) or (not person.role and requester == supervisor):
        return Allow()
    return not_below(
        person, "6.b.i.8", "Only their supervisor or an ALPR administrator can request their access."
    )


@enforces("6.b.i.6/scope", "AC-2/approval")
def may_join(role: Role, ori: str, term: AgencyTerm | None, now: datetime) -> Decision:
    """Whether somebody may have this role: one of an outside agency only while that has access itself."""
    if role is not Role.OUTSIDE or (ori and isinstance(term_runs(term, now), Allow)):
        return Allow()
    return Refusal(
        "6.b.i.6",
        f"No agency with the ORI “{ori}” has access in force.",
        "Enter the agency’s ORI in the person’s account. The agency itself needs a grant first: see Outside agencies.",
    )


@enforces("AC-2/approval", "6.b.i.8/scope")
def may_decide_request(decider: str, access: Access) -> Decision:
    """Whether a person may approve or deny: never their own access or request, and only once."""
    if not decider.startswith("person:"):
        return Refusal(
            "AC-2",
            "Access cannot be approved at the command line.",
            "The Chief or an ALPR administrator must log in to approve it.",
        )
    if access.decision:
        return Refusal("AC-2", "This request was already decided.", "See the person's access.")
    if decider == person_key(access.person):
        return Refusal("AC-2", "You cannot approve your own access.", "Another approver must decide.")
    if decider == access.requested_by:
        return Refusal("AC-2", "You requested this access.", "Another approver must decide.")
    return Allow()


@enforces("AC-2/temporary")
def may_have_emergency_access(hours: int, has_access: bool, renews: bool, standing_waits: bool) -> Decision:
    """Whether emergency access may be requested and begin: for people who have none, for 72 hours at most,
    and a second time within 30 days only while a request for standing access waits."""
    if not 0 < hours <= 72:
        return Refusal(
            "AC-2", "Emergency access lasts at most 72 hours.", "Enter 1 to 72 hours.", field="hours"
        )
    if has_access:
        return Refusal("AC-2", "This person already has access.", "Request a change of their access.")
    if renews and not standing_waits:
        return Refusal(
            "AC-2",
            "This person had emergency access within the last 30 days; it cannot be renewed.",
            "Request standing access; emergency access may cover the wait for a decision.",
        )
    return Allow()


@enforces("AC-2/approval")
def may_withdraw_request(withdrawer: str, access: Access) -> Decision:
    """Whether a request may be withdrawn: by its requester (`kind:id`), before a decision."""
    if access.decision:
        return Refusal("AC-2", "This request was already decided.", "See the person's access.")
    if withdrawer != access.requested_by:
        return Refusal(
            "AC-2",
            "You did not request this access.",
            "Only the requester can withdraw it; otherwise it is denied.",
        )
    return Allow()


@enforces("AC-2/approval")
def may_deny_request(reason: str) -> Decision:
    """Whether a request may be denied: with a reason, which the requester sees."""
    if not reason.strip():
        return Refusal("AC-2", "The denial has no reason.", "State why; the requester is notified.")
    return Allow()


@enforces("6.b.i/designation", "AC-2/approval")
def may_hold(role: Role, designated: bool) -> Decision:
    """Whether access in a role may begin: an office's role only with the designation to it in force."""
    if role in OFFICES and not designated:
        return Refusal(
            "6.b.i",
            f"This person has no designation in force as {role.label}.",
            "The Chief must first record it, with its order and dates.",
            field="role",
        )
    return Allow()
