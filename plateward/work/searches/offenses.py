"""What ties a vehicle to a case, and what CAD says that it is about. Pure."""

from typing import Final

from plateward.ground.labeled import Labeled
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.words import families_in


class Tie(Labeled):
    """What ties a vehicle to a case."""

    NAMED = "named", "Named in the case record"
    SEEN = "seen", "Seen by me"
    WITNESS = "witness", "Witness"
    VIDEO = "video", "Video or another camera"
    ASSOCIATE = "associate", "Owner or associate of a suspect, victim or missing person"
    BROADCAST = "broadcast", "Broadcast of another agency"
    OTHER = "other", "Other"


ASKS_WHOM: Final = frozenset({Tie.ASSOCIATE, Tie.BROADCAST, Tie.OTHER})  # of whom, by whom, or what


def offense_of(kind: str) -> str:
    """The offense that CAD's type of incident names, if any: presets the form."""
    lower = kind.lower().replace("-", " ")
    words = lower.split()
    return next(
        (
            code
            for code, offense in OFFENSES.items()
            if any(word.startswith(begin) for begin in offense.says for word in words)
        ),
        "",
    )


def incident_families(kind: str) -> frozenset[str]:
    """What CAD's type of incident is about, as far as its words say."""
    return families_of(offense_of(kind), kind) | families_in(kind)


def families_of(offense: str, text: str = "") -> frozenset[str]:
    """What a search is about: by its offense, else by what a text names."""
    known = OFFENSES.get(offense)
    return known.families if known and known.families else families_in(text)
