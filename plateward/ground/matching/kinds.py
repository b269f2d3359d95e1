"""How a read may agree with an entry, and what each kind of match does."""

from collections.abc import Mapping
from enum import StrEnum

from plateward.ground.labeled import Labeled


class MatchKind(Labeled):
    """Best first."""

    EXACT = "exact", "every character agrees"
    FOLDED = "folded", "look-alike characters"
    ALTERNATIVE = "alternative", "the reader's second choices"
    PARTIAL = "partial", "a partial plate"
    NEAR = "near", "one character differs or was lost"


class StateAgreement(StrEnum):
    """Whether the read's state is the listed one, best first; unknown when either is."""

    EQUAL = "equal"
    UNKNOWN = "unknown"
    DIFFERENT = "different"


class MatchAlarm(StrEnum):
    """What a kind of match does: an alert that rings, an alert without sound, nothing."""

    RING = "ring"
    SHOW = "show"
    OFF = "off"


def silenced(alarms: Mapping[str, str]) -> dict[str, str]:
    """The same alarms, with every ring turned into a silent alert."""
    return {kind: MatchAlarm.SHOW if alarm == MatchAlarm.RING else alarm for kind, alarm in alarms.items()}


# A list's alarms unless its administrator changes them, chosen by measurement: docs/decisions/0025.
DEFAULT_ALARMS: dict[str, str] = {
    MatchKind.EXACT: MatchAlarm.RING,
    MatchKind.FOLDED: MatchAlarm.SHOW,
    MatchKind.ALTERNATIVE: MatchAlarm.SHOW,
    MatchKind.PARTIAL: MatchAlarm.SHOW,
    MatchKind.NEAR: MatchAlarm.OFF,
}
