"""What may be reported and by when it is repaired; who may repair, change equipment or be authorized to. Pure."""

from collections.abc import Collection
from datetime import timedelta
from functools import partial

from django.db.models import TextChoices

from plateward.core.decisions.rules import ENOUGH, must_say
from plateward.field.fleet.checks.steps import CheckStep
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

CLAUSE = "6.e.iv.2"
_refusal = partial(Refusal, CLAUSE)
LONGEST_TEXT = 2000  # maximum characters


class MalfunctionKind(TextChoices):
    """What is broken, as far as a person can see."""

    PICTURE = "picture", "Picture"
    PLATES = "plates", "Plates misread"
    POSITION = "position", "Position"
    TIME = "time", "Time"
    ALARM = "alarm", "Alarm"
    HOT_LIST = "hot_list", "Hot list"
    CONNECTION = "connection", "Connection"
    DAMAGE = "damage", "Damage"
    OTHER = "other", "Something else"


class Severity(TextChoices):
    """How much of the reader is left to its unit."""

    OUT = "out", "Out of service: its unit cannot use it"
    LIMITED = "limited", "Limited: it works in part"
    MINOR = "minor", "Minor: it works, and something needs repair"


# 6.f.i.2 asks for "immediately … as needed": by then the reader works again, or another one in its place.
REPAIRED_WITHIN = {
    Severity.OUT: timedelta(days=1),
    Severity.LIMITED: timedelta(days=3),
    Severity.MINOR: timedelta(days=14),
}


class RepairOutcome(TextChoices):
    """What came of a repair."""

    REPAIRED = "repaired", "Repaired: it works again"
    REPLACED = "replaced", "Replaced: another unit works in its place"
    NOT_YET = "not_yet", "Neither yet: the malfunction stays open"


ENDS = (RepairOutcome.REPAIRED, RepairOutcome.REPLACED)

# The malfunction that each failed step of a function check means.
KIND_OF_STEP = {
    CheckStep.PICTURE: MalfunctionKind.PICTURE,
    CheckStep.PLATE: MalfunctionKind.PLATES,
    CheckStep.TIME: MalfunctionKind.TIME,
    CheckStep.POSITION: MalfunctionKind.POSITION,
    CheckStep.HOT_LIST: MalfunctionKind.HOT_LIST,
    CheckStep.ALARM: MalfunctionKind.ALARM,
}
# Without any of these, a reader finds nothing, or nobody hears of it.
_VITAL = {MalfunctionKind.PICTURE, MalfunctionKind.PLATES, MalfunctionKind.HOT_LIST, MalfunctionKind.ALARM}


@enforces("6.f.i.2/repaired")
def severity_of(kinds: Collection[str]) -> Severity:
    """How severe it is what a failed check found."""
    return Severity.OUT if _VITAL & set(kinds) else Severity.LIMITED


def kind_names(kinds: Collection[str]) -> str:
    """The names in the form's order: "picture, time"."""
    return ", ".join(str(kind.label).lower() for kind in MalfunctionKind if kind in kinds)


@enforces("6.e.iv.2/report")
def may_report(
    kinds: Collection[str], severity: str, words: str, *, revoked: bool, reported: bool = False
) -> Decision:
    """Whether this is a valid report. `reported`: that failed check was already reported."""
    if revoked:
        return _refusal("This reader is revoked.", "Its reads are refused.")
    if reported:
        return _refusal("This check was already reported.", "See the reader's page for its status.")
    if not kinds or not set(kinds) <= set(MalfunctionKind):
        return _refusal("What is broken is not stated.", "Choose at least one.", field="what")
    if severity not in Severity:
        return _refusal("How severe it is is not stated.", "Choose one.", field="severity")
    help = "Describe briefly what happens, and since when."
    return must_say(CLAUSE, words, "What you saw is not stated.", help, "words", ENOUGH)


@enforces("6.e.iv.2/repairs")
def may_work(act: str, *, technician: bool, authorized: bool, done: str) -> Decision:
    """Whether this person may record work on equipment or systems, a repair or a modification: only people whom the
    ALPR administrator authorized."""
    if not technician:
        return _refusal(
            "You are not a technician.",
            "Only technicians and vendors authorized by the ALPR administrator may repair or modify ALPR equipment "
            "or systems. Leave it as it is, and tell your supervisor and the administrator what is needed.",
        )
    if not authorized:
        return _refusal(
            f"The ALPR administrator has not authorized this {act}.",
            "Get authorization before any repair or modification.",
        )
    help = "Describe it so that another technician can follow."
    return must_say(CLAUSE, done, "What was done is not stated.", help, "done", ENOUGH)


@enforces("6.e.iv.2/repairs", "6.f.i.2/repaired")
def may_repair(
    *, technician: bool, authorized: bool, open: bool, done: str, outcome: str, replacement: str
) -> Decision:
    """Whether this repair may be recorded. `replacement`: what works in the reader's place, if it was replaced."""
    allowed = may_work("repair", technician=technician, authorized=authorized, done=done)
    if isinstance(allowed, Refusal) and allowed.field != "done":
        return allowed
    if not open:
        return _refusal("This malfunction is already repaired.", "If it is back, report a new one.")
    if isinstance(allowed, Refusal):
        return allowed
    if outcome not in RepairOutcome:
        return _refusal("What came of it is not stated.", "Choose one.", field="outcome")
    named = any(character.isalnum() for character in replacement)
    if outcome == RepairOutcome.REPLACED and not named:
        return Refusal(
            "6.f.i.2",
            "The unit that replaced it is not named.",
            "Enter its serial number or asset tag; if it is enrolled as another reader, that reader's name.",
            field="replacement",
        )
    if outcome != RepairOutcome.REPLACED and replacement.strip():
        return Refusal(
            "6.f.i.2",
            "A replacing unit is named, but the outcome is not that it was replaced.",
            "Choose that outcome, or clear the field.",
            field="replacement",
        )
    return Allow()


@enforces("6.e.iv.2/repairs")
def may_modify(*, technician: bool, authorized: bool, revoked: bool, done: str) -> Decision:
    """Whether this modification may be recorded. `revoked`: of a reader that is out of use."""
    if revoked:
        return _refusal(
            "This reader is revoked.", "Choose the reader or system that was modified.", field="reader"
        )
    return may_work("modification", technician=technician, authorized=authorized, done=done)


@enforces("6.e.iv.2/repairs")
def may_authorize(*, technician: bool | None, vendor: str, live: bool, ground: str) -> Decision:
    """Whether a technician or a vendor may be authorized. `technician`: whether the person has that role
    (None: it is a vendor, by name). `live`: they are already authorized."""
    if (technician is None) == (not vendor.strip()):
        return _refusal("Name either a technician or a vendor.", "Choose one of the two.", field="technician")
    if technician is False:
        return _refusal(
            "This person does not have the IT Support role.",
            "Request that role first; then authorize them for repairs.",
            field="technician",
        )
    if live:
        return _refusal(
            "They are already authorized.", "To change it, end that authorization first.", field="technician"
        )
    help = "Name the training, the certificate or the contract."
    return must_say(CLAUSE, ground, "The basis is not stated.", help, "why", ENOUGH)


@enforces("6.e.iv.2/repairs")
def may_end_authorization(*, ended: bool, reason: str) -> Decision:
    """Whether an authorization may be ended."""
    if ended:
        return _refusal("It has already ended.", "No action is needed.")
    help = "Describe it in a few words."
    return must_say(CLAUSE, reason, "The reason it ends is not stated.", help, "why", ENOUGH)
