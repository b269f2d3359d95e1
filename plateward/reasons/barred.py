"""Grounds that no officer searches for alone: they go to the administrator (SB 40, 6.a.i.1). Pure."""

import re
import tomllib
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.reasons import text as characters
from plateward.reasons.disguise import undisguised
from plateward.reasons.lexicon import FOLDER, text_written_out

QUOTED: Final = re.compile(r'"[^"]*"')
# What is done to people or places, so that they are its victims or its scene: "shots fired at the protest".
HARM: Final = (
    r"(?:shots?(?: \w+)? fired|shots?|shoot(?:ing)?(?: up)?|fired|stabb(?:ed|ing)|robb(?:ed|ing|ery)|beat(?:en|ing)?|"
    r"assault(?:ed|ing)?|attack(?:ed|ing)?|burgl(?:ary|arized|aries)|break-?ins?|break in|broke into|broken into|arson|"
    r"burn(?:ed|t|ing)|fire ?bomb(?:ed|ing)?|bomb(?:ed|ing)?(?: threats?)?|threats?|threaten(?:ed|ing)|"
    r"vandali[sz](?:ed|m|ing)|smash(?:ed|ing)?|graffiti|drove into|rammed|plowed into|ran over|ran down|run over|"
    r"run down|struck|hit by|taken by|kidnapp?(?:ed|ing)|carjack(?:ed|ing)|murder(?:ed)?|kill(?:ed|ing)|homicide|"
    r"rape[ds]?|theft|stole|stolen|traffick(?:ed|ing)|extort(?:ed|ing|ion)|scamm(?:ed|ing)|defraud(?:ed|ing)|"
    r"injur(?:ed|ing)|wound(?:ed|ing)|sprayed|maced|doused|hurt|left to die|harass(?:ed|ing)|stalk(?:ed|ing)|"
    r"followed home|punched|set on fire)"
)
HARMED: Final = (
    r"(?:robbed|beaten|shot|stabbed|assaulted|killed|raped|kidnapped|sold)"
    r" (?:of|by|at|on|in|for|near|outside|behind|while|during|after)|"
    r"invaded|burglarized|ransacked|(?<!for the )victims?\b|locked in|found dead|dead\b|died"
)
LINK: Final = (
    r"(?:at|the|a|an|of|on|in|into|up|to|from|by|against|his|her|their|two|three|several|crowd|group|people|man|woman|"
    r"men|women|someone|made|called|phoned|sent|mailed|out|windows?|doors?|wall|car|home|house)"
)
BESIDE: Final = r"(?:during|outside|near|behind|after|across from|next to)"
WITNESSED: Final = (
    r"(?:saw|recorded|photographed|filmed|identified|recognized|gave (?:the|a|this)|wrote down|noted|"
    r"(?:got|has|took|gave) (?:the |a |this |its |his |her )?(?:plate|tag|number))"
)
GAP: Final = r"[^\w.;!?]+"  # within a sentence
# What was done to a victim: what only surrounds it is no ground ("man in a rainbow shirt robbed the clerk"). The name
# of an offense says too little: "theft, woman with a sign".
CRIME: Final = re.compile(
    r"(?<!\w)(?:shot|shoot(?:s|ing)|shots (?:\w+ )?fired|gunfire|stabb(?:ed|ing)|robb(?:ed|ing)|carjack(?:ed|ing)|"
    r"beat(?:en|ing)?|punched|kicked|hit|struck|choked|strangled|set (?:on )?fire|burn(?:ed|t)|fire ?bomb(?:ed|ing)?|"
    r"(?:pipe )?bomb(?:ed|ing|s)?|threatened|stole|stolen(?! (?:cars?|vehs?|vehicles?|trucks?|plates?|tags?)\b)|"
    r"burglar(?:ized|izing)|broke into|broken into|rammed|ran over|"
    r"run over|kidnapp?(?:ed|ing)|abducted|raped|molested|murdered|killed|attacked|assaulted|"
    r"scammed|defrauded|forged|embezzled|deposits|snatched|threw|vandali[sz]ed|smashed)(?!\w)",
    re.IGNORECASE,
)
# Unless it is asked who took part, attended or visited.
TAKING_PART: Final = re.compile(
    r"(?<!\w)(?:attend\w*|took part|tak(?:es?|ing) part|participa\w+|visit(?:s|ed|ing)?|"
    r"(?:was|were|is|are|been) (?:all )?there|every(?:one|body)|"
    r"(?:all|each|every|which|what|whose|any) (?:of )?(?:the |their )?(?:\w+ )?(?:cars?|vehicles?|vehs?|plates?|plts?|"
    r"tags?|drivers?|people|persons?|patients?|women|owners?)|"
    r"who (?:all )?(?:comes?|came|goes|went|gather\w*|marche[sd]|pray\w*|was|were|is|are|showed up)|names? of|"
    r"(?:list|log) (?:all|the|of|who|cars|plates|drivers|people|patients|women))(?!\w)",
    re.IGNORECASE,
)
SENTENCE: Final = re.compile(r"[^.;!?]+")
MONTH: Final = re.compile(  # "stolen from Walmart March 3": nobody marches
    r"(?<!\ba )(?<!that )(?<!their )(?<!'s )(?<!pride )(?<!rights )\bmarch"
    r"(?= (?:\d{1,2}(?:st|nd|rd|th)?(?![\w/:])(?! (?:am|pm|hours|days|weeks|months|years|miles|times|people))"
    r"|20[2-9]\d\b))|(?<=\b\d )march|(?<=\d\d )march|(?<=\dst )march|(?<=\d[nr]d )march|(?<=\dth )march"
    r"|(?<=\bin )march|(?<=since )march|(?<=early )march|(?<=late )march|(?<=last )march|(?<=until )march",
    re.IGNORECASE,
)
POSING: Final = r"(?:pos(?:ed|es|ing) as|impersonat\w+|pretend\w* to be|claim\w* to be|fake|false|phony)"


class Of(Enum):
    """Which words of a text point to a ground: all, those that are no quotation, or those beside a crime's account."""

    ALL = auto()
    OWN = auto()
    BESIDE = auto()


@dataclass(frozen=True)
class Ground:
    """`clause` bars it; `says` names it in a sentence."""

    clause: str
    says: str


def barred_ground(written: str) -> Ground | None:
    """The first ground that words of this reason point to, if any, however they are spelled or shortened."""
    readings = dict.fromkeys((written, text_written_out(written), undisguised(written)))  # each once
    return next((ground for text in readings if (ground := _ground_in(text))), None)


def _ground_in(written: str) -> Ground | None:
    dated = MONTH.sub("April", written)
    own_words = QUOTED.sub(" ", dated)
    without_crimes = SENTENCE.sub(lambda part: "" if CRIME.search(part[0]) else part[0], dated)
    beside = dated if TAKING_PART.search(dated) else without_crimes
    for pattern, harmed, of, ground in _grounds():
        text = {Of.ALL: dated, Of.OWN: own_words, Of.BESIDE: beside}[of]
        if pattern.search(text) and (of is not Of.ALL or pattern.search(harmed.sub(" ", text))):
            return ground
    return None


class BarredRefusal(Refusal):
    """The text of `field` points to a barred ground: the administrator decides."""


@enforces("SB40.share", "SB40.use", "6.a.i.1")
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


@enforces("SB40.share")
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


@lru_cache
def _grounds() -> tuple[tuple[re.Pattern[str], re.Pattern[str], Of, Ground], ...]:
    table = tomllib.loads((FOLDER / "barred.toml").read_text(encoding="utf-8"))
    return tuple(
        (re.compile(words, re.IGNORECASE), _as_victim(words), of, Ground(row["clause"], row["says"]))
        for row in table["ground"]
        for of, listed in (
            (Of.ALL if row.get("spoken", True) else Of.OWN, row["words"]),
            (Of.BESIDE, row.get("surroundings", [])),
        )
        if listed and (words := rf"(?<!\w)(?:{'|'.join(listed)})(?!\w)")
    )


def _as_victim(words: str) -> re.Pattern[str]:
    """These words where somebody harms whom they name, or poses as one: a crime that is no barred ground."""
    few = rf"(?:{GAP}(?!who\b|that\b)\w+)"
    passive = rf"(?:was|were|got|been){few}{{0,4}}?{GAP}{HARM}(?:{GAP}{words})?"
    reported = rf"report(?:s|ed){few}{{0,8}}?{GAP}{HARM}"
    return re.compile(
        rf"(?<!\w){HARM}(?:{GAP}{LINK}){{0,5}}{GAP}{words}"
        rf"|(?<!\w){HARM}{few}{{0,7}}?{GAP}{BESIDE}(?:{GAP}(?:the|a|an))?{GAP}{words}"
        rf"|(?<!\w)(?:stolen?|stole|taken){few}{{0,3}}?{GAP}from(?:{GAP}(?:the|a|an))?{GAP}{words}"
        rf"|(?<!\w){POSING}(?:{GAP}an?)?{GAP}{words}"
        rf"|{words}(?:'s)?{few}{{0,3}}?{GAP}(?:{passive}|{HARMED}|{reported}|{WITNESSED})(?!\w)",
        re.IGNORECASE,
    )
