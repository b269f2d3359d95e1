"""Grounds that no officer searches for alone: they go to the administrator (SB 40, 6.a.i.1). Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons import text as characters
from plateward.ground.reasons.words import ENOUGH, Words, concrete, families_in, points, vocabulary

LETTER: Final = r"[^\W\d_]"
SIGNS: Final = str.maketrans("013457@$ıłø", "oieastasilo")
DISGUISED: Final = re.compile(rf"(?<!\w)(?=[\w@$]*[013457@$])(?=[\w@$]*{LETTER}[\w@$]*{LETTER})[\w@$]+")
INITIALS: Final = re.compile(rf"(?<!\w)(?:{LETTER}[ .\-_*]+){{2,}}{LETTER}(?!\w)")
DIVIDED: Final = re.compile(rf"(?<={LETTER})[-_.*](?={LETTER})")
RELATED: Final = (  # "my ex": who writes so has a matter of their own
    r"(?:ex|wife|husband|girlfriend|boyfriend|fianc\w+|spouse|daughter|son|kids?|mother|mom|father|dad|brother|sister|"
    r"cousin|family|friend|buddy|neighbor|landlord|tenant|roommate|lawyer|house|divorce)"
)
OWN: Final = re.compile(rf"(?<!\w)(?:my|our) (?:\w+ )?{RELATED}(?:s|'s|-\w+)?(?!\w)", re.IGNORECASE)
QUOTED: Final = re.compile(r'"[^"]*"')  # what somebody else said is not about the writer
MONTH: Final = re.compile(r"(?<!\w)march(?= \d)|(?<=\d )march|(?<=(?:in|of) )march", re.IGNORECASE)
TAKING_PART: Final = re.compile(  # who comes, or what somebody wants to know; not what was done
    r"(?<!\w)(?:wants? (?:to know|proof|her|him|them)|attend\w*|at the march|every(?:one|body)|"
    r"who (?:all )?(?:goes|comes|was|were|is|are) (?:at|to|in|there)|who was|"
    r"(?:all|every|which|what|list|log|whose|run|id|identify) (?:of )?(?:the )?"
    r"(?:cars?|vehicles?|plates?|people|members))(?!\w)",
    re.IGNORECASE,
)
HARMFUL: Final = frozenset({"abduction", "missing", "violence", "theft", "drugs", "traffic", "danger"})


@dataclass(frozen=True)
class Ground:
    """`clause` bars it; `says` names it in a sentence."""

    clause: str
    says: str


def barred_ground(written: str) -> Ground | None:
    """The first ground that words of this reason point to, if any, however they are spelled. Some words point to one
    only where no offense or event is named beside them: a robbery at a church is a robbery."""
    own_words = QUOTED.sub(" ", written)
    if OWN.search(own_words):
        return _grounds()["personal"].ground
    for text in dict.fromkeys((MONTH.sub(" ", written), _undisguised(MONTH.sub(" ", written)))):
        harmful = bool(HARMFUL & families_in(text)) or concrete("harm").found_in(text)
        asks, telling = bool(TAKING_PART.search(text)), points(text) >= ENOUGH - 1
        for barring in _grounds().values():
            if (asks or not harmful) and (
                barring.strong.found_in(text) or ((asks or not telling) and barring.weak.found_in(text))
            ):
                return barring.ground
    return None


def _undisguised(written: str) -> str:
    """The text as whoever wrote it may want it read: without accents, digits for letters, and signs between letters."""
    letters = "".join(
        character
        for character in unicodedata.normalize("NFD", written)
        if not unicodedata.combining(character)
    )
    spelled = DISGUISED.sub(lambda word: word[0].translate(SIGNS), letters)
    joined = INITIALS.sub(lambda run: re.sub(r"[ .\-_*]", "", run[0]).upper(), spelled)
    return DIVIDED.sub("", joined)


@dataclass(frozen=True)
class _Barring:
    ground: Ground
    strong: Words
    weak: Words


@lru_cache
def _grounds() -> dict[str, _Barring]:
    return {
        name: _Barring(Ground(row["clause"], row["says"]), Words(row["strong"]), Words(row["weak"]))
        for name, row in vocabulary()["barred"].items()
    }


class BarredRefusal(Refusal):
    """The text of `field` points to a barred ground: the administrator decides."""


@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic", "6.a.i.1/purposes")
def may_rest_on(written: str, field: str) -> Decision:
    """Whether a search, or a step of one, may rest on what is written in this field."""
    text = characters.plain(written)
    if why := characters.why_illegible(text):
        return _illegible(why, field)
    if ground := barred_ground(text):
        return BarredRefusal(ground.clause, "This reason is not accepted.", why_barred(ground), field=field)
    return Allow()


def why_barred(ground: Ground) -> str:
    """For whoever wrote it."""
    return f"It points to {ground.says}, which plate readers are not for. It goes to the administrator."


@enforces("SB40.share/words")
def may_leave_for(use: str, field: str) -> Decision:
    """Whether the law allows that anything is given away for this, as `field` of a form says it."""
    text = characters.plain(use)
    if why := characters.why_illegible(text):
        return _illegible(why, field)
    if ground := barred_ground(text):
        return Refusal(
            ground.clause,
            f"It points to {ground.says}: nothing may be shared for that.",
            "Ask the ALPR administrator if you were asked to share it.",
            field=field,
        )
    return Allow()


def _illegible(why: str, field: str) -> Refusal:
    return Refusal("SB40.share", "This text cannot be read without doubt.", why, field=field)
