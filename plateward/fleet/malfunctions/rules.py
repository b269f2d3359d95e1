"""What may be reported, who may repair it, and who may be authorized to. Pure."""

from collections.abc import Collection
from enum import StrEnum

from plateward.fleet.checks.rules import Step
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

CLAUSE = "6.e.iv.2"
LETTERS = 8  # of a text that says anything
TEXT = 2000  # characters at most


class What(StrEnum):
    """What is broken, as far as somebody sees."""

    PICTURE = "picture"
    PLATES = "plates"
    POSITION = "position"
    TIME = "time"
    ALARM = "alarm"
    HOT_LIST = "hot_list"
    CONNECTION = "connection"
    DAMAGE = "damage"
    OTHER = "other"


WHAT_TEXT = {
    What.PICTURE: "Picture",
    What.PLATES: "Plates misread",
    What.POSITION: "Position",
    What.TIME: "Time",
    What.ALARM: "Alarm",
    What.HOT_LIST: "Hot list",
    What.CONNECTION: "Connection",
    What.DAMAGE: "Damage",
    What.OTHER: "Something else",
}
# What a failed step of a function check is.
OF_STEP = {
    Step.PICTURE: What.PICTURE,
    Step.PLATE: What.PLATES,
    Step.TIME: What.TIME,
    Step.POSITION: What.POSITION,
    Step.HOT_LIST: What.HOT_LIST,
    Step.ALARM: What.ALARM,
}


def names(kinds: Collection[str]) -> str:
    """In words, in the form's order: "picture, time"."""
    return ", ".join(WHAT_TEXT[one].lower() for one in What if one in kinds)


def says_something(text: str) -> bool:
    """Whether it is more than a mark to get past the form."""
    return sum(letter.isalpha() for letter in text) >= LETTERS


@enforces("6.e.iv.2")
def may_report(kinds: Collection[str], words: str, *, revoked: bool, reported: bool = False) -> Decision:
    """Whether this is a report. `reported`: that failed check was reported before."""
    if revoked:
        return Refusal(CLAUSE, "This reader is revoked.", "Nothing it says is believed any more.")
    if reported:
        return Refusal(
            CLAUSE, "This check was reported already.", "The reader's page shows what became of it."
        )
    if not kinds or not set(kinds) <= set(What):
        return Refusal(CLAUSE, "It does not say what is broken.", "Choose at least one.", field="what")
    if not says_something(words):
        return Refusal(
            CLAUSE,
            "It does not say what you saw.",
            "Say in a few words what happens, and since when.",
            field="words",
        )
    return Allow()


@enforces("6.e.iv.2")
def may_repair(*, technician: bool, authorized: bool, open: bool, done: str) -> Decision:
    """Whether this repair may be recorded: only one by whom the ALPR administrator authorized."""
    if not technician:
        return Refusal(
            CLAUSE,
            "You are no technician.",
            "Only technicians and vendors whom the ALPR administrator authorized repair or change this equipment. "
            "Leave it as it is; the report is with your supervisor and the administrator.",
        )
    if not authorized:
        return Refusal(
            CLAUSE,
            "The ALPR administrator has not authorized whoever did this.",
            "Ask the administrator for it before anything is repaired or changed.",
        )
    if not open:
        return Refusal(CLAUSE, "This malfunction is repaired already.", "Report a new one, if it is back.")
    if not says_something(done):
        return Refusal(
            CLAUSE,
            "It does not say what was done.",
            "Say it so that another technician can follow.",
            field="done",
        )
    return Allow()


@enforces("6.e.iv.2")
def may_authorize(*, technician: bool | None, vendor: str, live: bool, why: str) -> Decision:
    """Whether a technician (a person: whether they have that role; None: no person), or else a vendor by name, may be
    authorized. `live`: they are already."""
    if (technician is None) == (not vendor.strip()):
        return Refusal(
            CLAUSE, "It names nobody, or two.", "Choose a technician, or name a vendor.", field="technician"
        )
    if technician is False:
        return Refusal(
            CLAUSE,
            "This person has not the role of IT Support.",
            "Ask for that role first; then authorize them for repairs.",
            field="technician",
        )
    if live:
        return Refusal(
            CLAUSE,
            "They are authorized already.",
            "End that first, if it is to say something else.",
            field="technician",
        )
    if not says_something(why):
        return Refusal(
            CLAUSE,
            "It does not say on what ground.",
            "Name the training, the certificate or the contract.",
            field="why",
        )
    return Allow()


@enforces("6.e.iv.2")
def may_end(*, ended: bool, why: str) -> Decision:
    """Whether an authorization may be ended."""
    if ended:
        return Refusal(CLAUSE, "It has ended already.", "Nothing is left to do.")
    if not says_something(why):
        return Refusal(CLAUSE, "It does not say why it ends.", "Say it in a few words.", field="why")
    return Allow()
