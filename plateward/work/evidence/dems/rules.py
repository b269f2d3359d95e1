"""When an alert's DEMS export is due, and who completes it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import TextChoices

from plateward.core.cases.rules import flaw
from plateward.core.decisions.rules import is_as_seen, may_review, must_say
from plateward.ground.links.dems import ITEM
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

CLAUSE = "6.a.iv"
_refusal = partial(Refusal, CLAUSE)
# The policy sets no deadline. The owner exports before going home: a shift has twelve hours at most.
DUE_WITHIN = timedelta(hours=12)
REMINDED_EVERY = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=5)  # maximum difference between DEMS's clock and the hub's
_NO_LONGER_DUE = _refusal("A DEMS export is no longer due for this alert.", "See its history on its page.")
_BY_HUB = _refusal("The system exports to DEMS automatically.", "Use Export to DEMS on this page.")
_NOT_ASSIGNED = _refusal(
    "This export is not assigned to you.", "The officer who closed the alert exports it."
)


class DutyStepKind(TextChoices):
    """What may happen to a duty."""

    EXPORTED = "exported", "Export recorded"
    CONFIRMED = "confirmed", "Confirmed in DEMS"
    RETURNED = "returned", "Returned: not found in DEMS as recorded"
    DROPPED = "dropped", "Ended: no longer due"
    RESUMED = "resumed", "Due again: the disposition names enforcement"
    STARTED = "started", "Export to DEMS begun"
    ACCEPTED = "accepted", "Acknowledged by DEMS"
    REFUSED = "refused", "Refused by DEMS"
    MISSING = "missing", "Due again: DEMS no longer has it"
    STOPPED = "stopped", "Export to DEMS stopped"
    VETTED = "vetted", "Vetted for the case"


ENDING_STEPS = (DutyStepKind.CONFIRMED, DutyStepKind.ACCEPTED, DutyStepKind.DROPPED)
ANSWERS_OF_DEMS = (DutyStepKind.ACCEPTED, DutyStepKind.REFUSED, DutyStepKind.MISSING)
IN_DEMS = (DutyStepKind.CONFIRMED, DutyStepKind.ACCEPTED)
OWNERS_TURN = (
    None,
    DutyStepKind.RESUMED,
    DutyStepKind.RETURNED,
    DutyStepKind.REFUSED,
    DutyStepKind.MISSING,
    DutyStepKind.STOPPED,
    DutyStepKind.VETTED,
)


@dataclass(frozen=True)
class DutyStatus:
    """The state of a duty: its last step (None: nothing yet) and that step's key, the owner, who recorded the
    export, and when it is due; people as keys. `troubled`: the last try to send it failed; `vetted`: somebody brings it
    into a case as a lead, however an alert ended."""

    kind: DutyStepKind | None
    last: int
    owner: int
    recorder: int | None
    due_at: datetime
    troubled: bool = False
    vetted: bool = False

    @property
    def open(self) -> bool:
        """Whether no step has ended it."""
        return self.kind not in ENDING_STEPS

    def overdue(self, now: datetime) -> bool:
        """Whether it is open past its deadline; an unconfirmed export does not end it."""
        return self.open and now >= self.due_at

    @property
    def text(self) -> str:
        """In a few words."""
        if self.kind in (None, DutyStepKind.RESUMED):
            return "Not exported yet"
        if self.kind == DutyStepKind.VETTED:
            return "Vetted, not exported yet"
        if self.kind == DutyStepKind.EXPORTED:
            return "Export recorded, supervisor confirmation pending"
        if self.kind == DutyStepKind.STARTED:
            return "Not in DEMS yet, retrying" if self.troubled else "Being exported to DEMS"
        return self.kind.label


@enforces("6.a.iv/overdue", "6.e.iv.4/overdue")
def step_after_disposition(*, enforced: bool, status: DutyStatus | None) -> DutyStepKind | None:
    """What a new disposition version does to an existing duty: without enforcement it ends, with enforcement
    it is due again. What is in DEMS stays so, and a vetted lead enters its case all the same."""
    if status is None or status.kind in IN_DEMS or (status.open and status.vetted):
        return None
    if status.open and not enforced:
        return DutyStepKind.DROPPED
    return DutyStepKind.RESUMED if enforced and not status.open else None


@enforces("6.e.iii/vetted", "6.a.iv/dems")
def may_enter_case(status: DutyStatus, *, hindered: bool) -> Decision:
    """Whether a lead whose export stands so may be brought into a case by somebody; `hindered`: they have no duty to
    export."""
    if hindered:
        return Refusal(
            "6.c.ii",
            "Your role does not export to DEMS.",
            "Ask an officer of the case to bring the lead in, or state a disclosure.",
            field="destination",
        )
    if status.kind in IN_DEMS or status.kind in (DutyStepKind.STARTED, DutyStepKind.EXPORTED):
        return Refusal(
            "6.e.iii",
            "This is in DEMS already, or on its way there.",
            "See DEMS exports due.",
            field="destination",
        )
    return Allow()


@enforces("6.e.iii/vetted")
def is_no_more_than(reads: int, most: int) -> Decision:
    """Whether one package can hold so many reads."""
    if reads <= most:
        return Allow()
    return Refusal(
        "6.e.iii",
        f"These are {reads:,} reads; a package for DEMS holds at most {most:,}.",
        "Narrow the search to the reads that the case needs, or bring in one read at a time.",
        field="destination",
    )


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def may_export(status: DutyStatus, person: int, *, looks: bool, connected: bool) -> Decision:
    """Whether this person may have the hub export it: the owner or a supervisor who `looks` at their alerts; also anew,
    if it was begun and the last try failed."""
    if not status.open:
        return _NO_LONGER_DUE
    if not connected:
        return _refusal(
            "This system is not connected to DEMS.",
            "Make the package, export it by hand, then record the export.",
        )
    if person != status.owner and not looks:
        return _NOT_ASSIGNED
    if status.kind == DutyStepKind.STARTED and not status.troubled:
        return _refusal("This export is under way.", "See its progress on its page.")
    return Allow()


@enforces("6.c.ii/cases", "6.b.i.8/scope")
def may_still_export(name: str, *, sees: bool, hindered: bool) -> Decision:
    """Whether this person's export may go on. `sees`: the alert; `hindered`: their access has ended, is suspended, or
    has no such duty any more. Others read why, so it does not say which of these it is."""
    if sees and not hindered:
        return Allow()
    return Refusal(
        "6.c.ii",
        f"{name} may no longer see the alert, or has no access now.",
        "The supervisor of the officer who closed the alert exports it.",
    )


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def is_case_number(number: str, known_numbers: Collection[str]) -> Decision:
    """Whether this can tag a DEMS record. `known_numbers`: the hub's own for the alert, whatever they look like."""
    wrong = flaw(number)
    if wrong and (not number or number not in known_numbers):
        return _refusal(
            f"The DEMS record needs a case number. '{number[:40]}' {wrong}.",
            "Enter the case or call number as CAD shows it.",
            field="number",
        )
    return Allow()


@enforces("6.a.iv/download", "6.e.iv.4/evidence")
def may_download(status: DutyStatus, person: int, *, looks: bool, connected: bool) -> Decision:
    """Whether this person may take the package along, for an export by hand."""
    if not status.open:
        return _NO_LONGER_DUE
    if connected:
        return _BY_HUB
    return Allow() if person == status.owner or looks else _NOT_ASSIGNED


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def may_record_export(
    status: DutyStatus, person: int, *, looks: bool, has_reviewer: bool, connected: bool = False
) -> Decision:
    """Whether this person may record an export made by hand, while the hub is not `connected` to DEMS: the owner; or
    (say, if the owner left) a supervisor who `looks` at their alerts, if `has_reviewer`: another person can confirm
    it."""
    if not status.open:
        return _NO_LONGER_DUE
    if connected:
        return _BY_HUB
    if person == status.owner or (looks and has_reviewer):
        return Allow()
    if looks:
        return _refusal(
            "Only you could confirm this export.",
            "Have the owner record it, so that a second person can confirm it.",
        )
    return _NOT_ASSIGNED


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def is_plausible_export(
    number: str,
    item: str,
    exported_at: datetime,
    *,
    known_numbers: Collection[str],
    came_at: datetime,
    now: datetime,
) -> Decision:
    """Whether this can be an export of an alert that came then. `known_numbers`: the hub's own numbers."""
    decision = is_case_number(number, known_numbers)
    if isinstance(decision, Refusal):
        return decision
    if not ITEM.fullmatch(item) or not any(character.isdigit() for character in item):
        return Refusal(
            CLAUSE,
            f"'{item[:40]}' is not an item number.",
            "Enter DEMS's record number: up to 60 letters, digits and . _ : / # -, with at least one digit.",
            field="item",
        )
    if exported_at > now + CLOCKS_DIFFER:
        return _refusal(
            "The export time is in the future.", "Record the export after you make it.", field="exported_at"
        )
    if exported_at < came_at.replace(second=0, microsecond=0):
        return _refusal(
            "The export is older than the alert.", "Enter the time shown in DEMS.", field="exported_at"
        )
    return Allow()


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def may_review_export(status: DutyStatus, person: int, *, looks: bool, seen: int) -> Decision:
    """Whether this person may confirm or return the export they looked at (`seen`: its step's key);
    never their own."""
    own = person in (status.owner, status.recorder)
    whose = "The supervisor of the officer who closed the alert reviews it."
    decision = may_review(CLAUSE, "export", own=own, assigned=looks, with_whom=whose)
    if isinstance(decision, Refusal):
        return decision
    if status.kind != DutyStepKind.EXPORTED:
        return _refusal("No export is waiting for confirmation.", "See its history on its page.")
    return is_as_seen(CLAUSE, "export", seen, status.last)


@enforces("6.a.iv/dems")
def may_return(words: str) -> Decision:
    """A return must say what is wrong."""
    return must_say(CLAUSE, words, "What is wrong in DEMS is not stated.", "State it in a sentence.", "words")
