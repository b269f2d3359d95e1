"""What may be reported, and who may repair or be authorized to. Pure."""

from collections.abc import Collection
from functools import partial

from django.db.models import TextChoices

from plateward.core.decisions.rules import says_enough
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


# The malfunction that each failed step of a function check means.
KIND_OF_STEP = {
    CheckStep.PICTURE: MalfunctionKind.PICTURE,
    CheckStep.PLATE: MalfunctionKind.PLATES,
    CheckStep.TIME: MalfunctionKind.TIME,
    CheckStep.POSITION: MalfunctionKind.POSITION,
    CheckStep.HOT_LIST: MalfunctionKind.HOT_LIST,
    CheckStep.ALARM: MalfunctionKind.ALARM,
}


def kind_names(kinds: Collection[str]) -> str:
    """The names in the form's order: "picture, time"."""
    return ", ".join(str(kind.label).lower() for kind in MalfunctionKind if kind in kinds)


@enforces("6.e.iv.2")
def may_report(kinds: Collection[str], words: str, *, revoked: bool, reported: bool = False) -> Decision:
    """Whether this is a valid report. `reported`: that failed check was already reported."""
    if revoked:
        return _refusal("This reader is revoked.", "Its reads are refused.")
    if reported:
        return _refusal("This check was already reported.", "See the reader's page for its status.")
    if not kinds or not set(kinds) <= set(MalfunctionKind):
        return _refusal("What is broken is not stated.", "Choose at least one.", field="what")
    if not says_enough(words):
        return _refusal(
            "What you saw is not stated.", "Describe briefly what happens, and since when.", field="words"
        )
    return Allow()


@enforces("6.e.iv.2")
def may_repair(*, technician: bool, authorized: bool, open: bool, done: str) -> Decision:
    """Whether this repair may be recorded: only by people whom the ALPR administrator authorized."""
    if not technician:
        return _refusal(
            "You are not a technician.",
            "Only technicians and vendors authorized by the ALPR administrator may repair or change this "
            "equipment. Leave it as it is; your supervisor and the administrator have the report.",
        )
    if not authorized:
        return _refusal(
            "The ALPR administrator has not authorized this repair.",
            "Get authorization before any repair or change.",
        )
    if not open:
        return _refusal("This malfunction is already repaired.", "If it is back, report a new one.")
    if not says_enough(done):
        return _refusal(
            "What was done is not stated.", "Describe it so that another technician can follow.", field="done"
        )
    return Allow()


@enforces("6.e.iv.2")
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
    if not says_enough(ground):
        return _refusal(
            "The basis is not stated.", "Name the training, the certificate or the contract.", field="why"
        )
    return Allow()


@enforces("6.e.iv.2")
def may_end_authorization(*, ended: bool, reason: str) -> Decision:
    """Whether an authorization may be ended."""
    if ended:
        return _refusal("It has already ended.", "No action is needed.")
    if not says_enough(reason):
        return _refusal("The reason it ends is not stated.", "Describe it in a few words.", field="why")
    return Allow()
