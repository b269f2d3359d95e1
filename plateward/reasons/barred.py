"""Grounds that no officer searches for alone: they go to the administrator (SB 40, 6.a.i.1). Pure."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.reasons import text as characters
from plateward.reasons.disguise import barred_table, undisguised
from plateward.reasons.lexicon import text_written_out
from plateward.reasons.victims import as_victim

SHARED: Final = "SB40.share"  # the clause of what people do together, believe or are
QUOTED: Final = re.compile(r'"[^"]*"')
WEAPON: Final = (
    r"(?:(?:hand|shot)?guns?|firearms?|rifles?|pistols?|revolvers?|ar(?:-?15)?|ak(?:-?47)?|"
    r"knife|machete|bat|hatchet|axe)"
)
# What was done to a victim: what only surrounds it is no ground ("man in a rainbow shirt robbed the clerk"). The name
# of an offense says too little: "theft, woman with a sign".
CRIME: Final = re.compile(
    r"(?<!\w)(?:shot|shoots|(?<!the )(?<!a )(?<!police )(?<!about )shooting|shots (?:\w+ )?fired|gunfire|"
    r"fired (?:\w+ ){0,2}(?:rounds?|shots?)|pistol[- ]?whipp(?:ed|ing)|"
    r"stabb(?:ed|ing)|robb(?:ed|ing)|carjack(?:ed|ing)|mugged|groped|fondled|"
    r"beat(?:en|ing)?|punched|kicked|hit|struck|choked|strangled|set (?:on )?fire|burn(?:ed|t)|"
    r"fire ?bomb(?:ed|ing)?|"
    r"(?:pipe )?bomb(?:ed|ing|s)?|threatened|stole|stolen(?! (?:cars?|vehs?|vehicles?|trucks?|plates?|"
    r"tags?)\b)|(?:wear(?:s|ing)?|wore|used?|using) (?:\w+ ){0,3}stolen (?:plates?|tags?)|"
    r"burglar(?:ized|izing)|broke into|broken into|breaking into (?:a|the|his|her)|ran over|"
    r"rammed|ramming (?:a|an|the|his|her|into)|"
    r"run over|kidnapp?(?:ed|ing)|abducted|raped|molested|murdered|killed|attacked|assaulted|"
    r"painted (?:on|over)|plowed (?:through|into)|crashed|dragged|shoved|sprayed|keyed|slashed|"
    r"blown up|egged|torched|tackled|"
    r"blew up|held (?:captive|hostage|at \w+point)|"
    r"hostage|left (?:the )?scene|sexual(?:ly)? (?:assault|abus)\w*|(?:pointed|pulled|waved|"
    rf"brandish(?:ed|ing)|aimed|drew|swung) (?:\w+ ){{0,2}}{WEAPON}|{WEAPON} (?:was )?(?:pointed|pulled)|"
    r"scammed|defrauded|forged|embezzled|deposits|snatched|threw|thrown (?:at|into|through)|vandali[sz]ed|smashed|"
    r"(?:smashing|slashing|breaking) (?:\w+ ){0,2}(?:windows?|tires?|doors?|glass))(?!\w)",
    re.IGNORECASE,
)
# What came over the border that nobody asks papers of: who saw or seized it is a witness ("a Border Patrol photo").
CONTRABAND: Final = (
    r"(?:ultralight|bundles?|bales?|kilos?|contraband|fentanyl|meth|methamphetamine|heroin|cocaine|marijuana|"
    r"rifles|guns|ammunition)"
)
SMUGGLED: Final = re.compile(
    r"(?<!\w)(?:(?:land|dropp?|haul|carr[yi]|load|unload|back ?pack|deliver|seiz|smuggl|bur[yi]|throw|pack|"
    rf"find)\w*|brought|threw|flew|flown|found) (?:\w+ ){{0,4}}{CONTRABAND}(?!\w)"
    rf"|(?<!\w){CONTRABAND} (?:\w+ ){{0,2}}"
    r"(?:dropped|landed|hauled|carried|loaded|seized|thrown|flown|hidden|buried|found)(?!\w)",
    re.IGNORECASE,
)
# Unless it is asked who took part, attended or visited.
TAKING_PART: Final = re.compile(
    r"(?<!\w)(?:attend\w*|took part|tak(?:es?|ing) part|participa\w+|visit(?:s|ed|ing)?|"
    r"(?:was|were|is|are|been) (?:all )?there|every(?:one|body)|"
    r"(?:all|each|every|which|what|whose|any) (?:of )?(?:the |their )?(?:\w+ )?(?:cars?|vehicles?|vehs?|"
    r"plates?|plts?|"
    r"tags?|drivers?|people|persons?|patients?|women|owners?)|"
    r"who (?:all )?(?:comes?|came|goes|went|gather\w*|marche[sd]|pray\w*|drove|spoke|speaks|"
    r"parks|parked|was|were|is|are|showed up)|names? of|"
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


class Of(Enum):
    """Which words of a text point to a ground: all, those that are no quotation, those not beside a crime's account,
    those beside no account of smuggled goods either, or those of a text that tells no event."""

    ALL = auto()
    OWN = auto()
    BESIDE = auto()
    SOURCE = auto()
    UNEVENTFUL = auto()


@dataclass(frozen=True)
class Ground:
    """`clause` bars it; `says` names it in a sentence."""

    clause: str
    says: str


def barred_ground(written: str) -> Ground | None:
    """The first ground that words of this reason point to, if any, however they are spelled or shortened."""
    return _first_ground(written, frozenset({Of.ALL, Of.OWN, Of.BESIDE, Of.SOURCE}))


def hinted_ground(written: str) -> Ground | None:
    """The first ground that words point to which ordinary cases have, too. For a reason that names no offense."""
    return _first_ground(written, frozenset({Of.UNEVENTFUL}))


def _first_ground(written: str, looked_for: frozenset[Of]) -> Ground | None:
    return next((ground for text in _readings(written) if (ground := _ground_in(text, looked_for))), None)


def _readings(written: str) -> tuple[str, ...]:
    """The text as it stands, written out, and undisguised; each once."""
    return tuple(dict.fromkeys((written, text_written_out(written), undisguised(written))))


def _ground_in(written: str, looked_for: frozenset[Of]) -> Ground | None:
    dated = _harmless().sub(" ", MONTH.sub("April", written))
    without_crimes = SENTENCE.sub(lambda part: "" if CRIME.search(part[0]) else part[0], dated)
    without_goods = SENTENCE.sub(lambda part: "" if SMUGGLED.search(part[0]) else part[0], without_crimes)
    takes_part = bool(TAKING_PART.search(dated))
    texts = {
        Of.ALL: dated,
        Of.OWN: QUOTED.sub(" ", dated),
        Of.BESIDE: without_crimes,
        Of.SOURCE: without_goods,
        Of.UNEVENTFUL: dated,
    }
    for words, pattern, of, ground in _grounds():
        beside = of in {Of.BESIDE, Of.SOURCE}
        of_part = beside and takes_part and ground.clause == SHARED  # nobody takes part in a toll
        text = dated if of_part else texts[of]
        if of not in looked_for or not pattern.search(text):
            continue
        whoever = of is Of.OWN or of_part  # victims, too
        # An agency that asks has always seen something.
        if whoever or pattern.search(as_victim(words, or_witness=of is not Of.SOURCE).sub(" ", text)):
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
def _harmless() -> re.Pattern[str]:
    """Phrases with a word of a ground that are of things: "a trailer without papers"."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(barred_table()['harmless'])})(?!\w)", re.IGNORECASE)


@lru_cache
def _grounds() -> tuple[tuple[str, re.Pattern[str], Of, Ground], ...]:
    return tuple(
        (
            words,
            re.compile(words, re.IGNORECASE),
            of,
            Ground(row["clause"], row["says"]),
        )
        for row in barred_table()["ground"]
        for of, listed in (
            (Of.ALL if row.get("spoken", True) else Of.OWN, row["words"]),
            (Of.BESIDE, row.get("surroundings", [])),
            (Of.SOURCE, row.get("sources", [])),
            (Of.UNEVENTFUL, row.get("hints", [])),
        )
        if listed and (words := rf"(?<!\w)(?:{'|'.join(listed)})(?!\w)")
    )
