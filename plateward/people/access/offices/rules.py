"""When an office may be given, handed over and ended. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.access.models import Designation
from plateward.people.access.rules import Lack
from plateward.people.models import Person

_refusal = partial(Refusal, "6.b.i")


@dataclass(frozen=True)
class OfficeOrder:
    """The document by which a person holds an office, as the agency files it, and its dates."""

    document: str
    begins: datetime
    ends: datetime | None = None


@enforces("6.b.i/designation")
def may_begin_hub(earlier: str) -> Decision:
    """Whether a hub may get its first administrator; `earlier` names the one that it has, or had."""
    if earlier:
        return _refusal(
            f"This hub is already set up: the ALPR administrator is or was {earlier}.",
            "The Chief must log in to designate another.",
        )
    return Allow()


@enforces("6.b.i/designation")
def is_complete(order: OfficeOrder) -> Decision:
    """Whether a designation is complete: it names its order, and its dates are in order."""
    if not order.document.strip():
        return _refusal(
            "The designation has no order.", "Enter the order or letter that makes it.", field="document"
        )
    if order.ends is not None and order.ends <= order.begins:
        return _refusal("The designation would end before it begins.", "Correct the dates.", field="until")
    return Allow()


@enforces("6.b.i/designation", "AC-2/approval")
def may_designate(
    maker: str, offices: Collection[str], person: Person, office: str, holds_it: bool
) -> Decision:
    """Whether `maker`, who holds `offices` (models.Designation.Office), may give a person an office."""
    if maker == f"person:{person.username}":
        return _refusal("You cannot designate yourself.", "Another holder of the Chief's office must do it.")
    if office == "designee" and "chief" not in offices:
        return _refusal("Only the Chief can name a designee.", "Ask the Chief.")
    if holds_it:
        return _refusal(
            f"{person.full_name} already holds this office.",
            "End that designation first, if its order changed.",
        )
    return Allow()


@enforces("6.b.i/designation")
def may_end_office(ender: str, designation: Designation, reason: str, now: datetime) -> Decision:
    """Whether a designation may be ended: by somebody else, with a reason, while it lasts."""
    if not reason.strip():
        return _refusal("Ending an office needs a reason.", "Enter the order, or what happened.")
    if ender == f"person:{designation.person.username}":
        return _refusal(
            "You cannot end your own office.", "Designate a successor, who then ends your designation."
        )
    if designation.ends is not None and designation.ends <= now:
        return _refusal("This designation has ended already.", "See the list of offices.")
    return Allow()


@enforces("6.b.i/designation", "5.e/training", "5.e/exam", "6.d.iii/elevated")
def may_succeed(successor: Person, missing: Sequence[Lack]) -> Decision:
    """Whether a person may take over the administrator's office: only if authorized from that moment on."""
    if missing:
        lacks = ", ".join(lack.text for lack in missing)
        return Refusal(
            missing[0].clause,
            f"{successor.full_name} could not work as ALPR administrator yet: {lacks}.",
            "Get the missing items recorded, then hand over the office.",
        )
    return Allow()
