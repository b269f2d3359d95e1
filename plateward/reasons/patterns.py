"""Finds the tags of a reason's words, and the patterns of words that say what happened and why this plate. Pure."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from plateward.reasons.lexicon import FOLDER, Tags, lexicon
from plateward.reasons.particulars import DATE, tags_by_form

ACCOUNT: Final = 4  # different words of what was done make an account that names the vehicle
WITNESSED: Final = 5  # one that mentions any vehicle, or where somebody drives before a witness or a camera
WHOLE: Final = 7  # one where somebody drives, and nobody bears witness
LONG: Final = 8  # one that leaves the vehicle out, with a witness, a camera or a trace
VOWEL: Final = re.compile("[aeiouy]")
PAST: Final = re.compile("[^e]ed$")  # of a verb that no list knows
TAKING: Final = frozenset({"TAKE", "STOLEN", "MOVE", "FLEE"})
ADVERB: Final = re.compile("[^aeiou]{1,2}ly$")  # how it was done
POSSESSIVE: Final = re.compile("(?<!suspect)(?<!subject)'s$", re.IGNORECASE)  # "the suspect's car" is a label
OWNERS: Final = frozenset({"PERSON", "SOURCE", "WHO", "CAPITALIZED", "name"})
FORMS: Final = frozenset({"CAPITALIZED", "NAMED", "name"})
LABELS: Final = frozenset(
    {
        "FILLER",
        "UNEARNED",
        "SMALL",
        "HEDGE",
        "SEEK",
        "MUSING",
        "WHEN",
        "ROAD",
        "PLACE",
        "VEHICLE",
        "VEHICLES",
        "PLATE",
        "DESCRIBED",
        "digits",
        "THIS",
    }
)
FITS_ANY: Final = frozenset({"FILLER", "SMALL", "HEDGE", "SEEK", "MUSING", "CALLED", "UNEARNED"})
TOPIC: Final = frozenset(  # after an offense: nothing happened yet
    {"investigation", "investigations", "inv", "case", "cases", "follow-up", "follow up", "history", "hx"}
)
PRIOR: Final = frozenset({"prior", "priors"})  # before one: it is another one
ASKED_ABOUT: Final = frozenset({"questioning", "for questioning", "wanted for questioning"})
HEADINGS: Final = frozenset(
    {"nb", "sb", "eb", "wb", "northbound", "southbound", "eastbound", "westbound"}
)  # no place
DAY_OR_YEAR: Final = re.compile(rf"{DATE.pattern}|20[0-2]\d")  # "a 2019 Ram" says no time
WHERE: Final = frozenset({"ROAD", "PLACE"})
DETAIL: Final = frozenset({"SCENE", "OBJECT", "WHO"})
OFFENSES: Final = frozenset({"OFFENSE", "STATE", "STATE_WORDS", "OVERDOSE"})
DONE: Final = frozenset({"ACT", "DID", "STATE_WORDS", "VIDEO"})
NO_TAGS: Final[Tags] = frozenset()


@dataclass(frozen=True)
class Term:
    """A word or phrase of a reason: as it stands, as known (lower case, respelled), and its tags."""

    text: str
    known: str
    tags: Tags

    @property
    def is_filler(self) -> bool:
        """Whether it fits any case."""
        return bool(self.tags) and self.tags <= FITS_ANY


@dataclass(frozen=True)
class Step:
    """One of these words or tags, after at most `gap` other terms; `first`: it begins the reason."""

    choices: frozenset[str]
    gap: int
    first: bool


Pattern = tuple[Step, ...]
NOTHING: Final = Term("", "", NO_TAGS)
PRONOUNS: Final = frozenset({"he", "she", "they", "i", "we", "who", "someone", "somebody", "people"})
VAGUE: Final = PRONOUNS | {"has", "had", "have"}  # of what no list knows these tell too little
PEOPLE: Final = frozenset({"PERSON", "WHO"})
GONE: Final = frozenset({"FLEE", "MOVE", "PAST"})
NOUNS: Final = frozenset({"OBJECT", "SCENE", "POLICE", "PERSON"})  # "her home": she is not what was seen


def terms_of(words: Sequence[str]) -> list[Term]:
    """The words as terms: the longest known phrases first, so that "vehicle of interest" is no vehicle."""
    known = [_known(word) for word in words]
    terms: list[Term] = []
    at = 0
    while at < len(words):
        size, tags = _phrase_at(known, at)
        text = " ".join(words[at : at + size])
        tags |= tags_by_form(words, at, size)
        context = _tags_by_context(text, tags, terms)
        if "MODEL" in tags and context:  # "this Escape": nobody did
            tags &= FORMS
        terms.append(Term(text, " ".join(known[at : at + size]), tags | context))
        at += size
    around = zip([NOTHING, *terms], terms, [*terms[1:], NOTHING], strict=False)
    return [_between(before, term, after) for before, term, after in around]


def _between(before: Term, term: Term, after: Term) -> Term:
    """The term as its neighbors make it."""
    has = term.known in {"has", "have", "had"}
    if has and (before.known in PRONOUNS or after.tags & GONE):  # no camera: it is theirs, or "has run away"
        return replace(term, tags=term.tags - {"OBSERVE"})
    if term.known == "her" and after.tags & NOUNS:
        return replace(term, tags=term.tags - {"IT"})
    if term.known in {"got", "gets", "get"} and after.tags >= {"ACT", "PAST"}:  # "got robbed": it saw nothing
        return replace(term, tags=term.tags - {"OBSERVE"})
    if term.known in {"two", "2"} and ("WHEN" in term.tags or after.tags & PEOPLE):  # "2 pm", "by two men"
        return replace(term, tags=term.tags - {"IT"})
    if term.known in {"beat up", "beaten up"} and "VEHICLE" in after.tags:  # nobody was
        return replace(term, tags=frozenset({"DESCRIBED"}))
    if term.known == "ram" and (
        before.known in {"a", "this", "dodge"} or before.tags & {"DESCRIBED", "POSSESSOR"}
    ):
        return replace(term, tags=frozenset({"VEHICLE"}))
    if term.known == "blue" and "VEHICLE" in after.tags:  # no pill
        return replace(term, tags=frozenset({"DESCRIBED"}))
    return term


def _tags_by_context(text: str, tags: Tags, before: Sequence[Term]) -> Tags:
    """VEHICLE for "this lowrider" and "gray Focus"; POSSESSOR for "her cousin's"."""
    if POSSESSIVE.search(text) and (tags & OWNERS or "VEHICLE" in tags or not tags) and "PLACE" not in tags:
        return frozenset({"POSSESSOR"})
    if before and before[-1].known == "this" and not tags - FORMS - {"PLACE"}:
        return frozenset({"VEHICLE"})
    if "MODEL" in tags and text[:1].isupper() and before and not tags & {"PLACE", "NAMED"}:
        return frozenset({"VEHICLE"})
    if (
        before
        and "MODEL" in tags
        and (
            before[-1].known in {"this", "a", "his", "her", "their"}
            or before[-1].tags & {"DESCRIBED", "VEHICLE", "POSSESSOR"}
        )
    ):
        return frozenset({"VEHICLE"})
    return NO_TAGS


def has_event(terms: Sequence[Term]) -> bool:
    """Whether they say what happened: by known words, or by an act that no list knows."""
    return known_event(terms) or _unknown_act(terms)


def has_tie(terms: Sequence[Term]) -> bool:
    """Whether they say why this plate: by a pattern, or by an account that does (`is_whole_account`)."""
    return matches_any("tie", terms) or _is_called(terms)


def checks_whereabouts(terms: Sequence[Term], request: Sequence[Term]) -> bool:
    """Whether a request is for the vehicle of somebody who is said to have been elsewhere at an event, or for the one
    whose records do not agree: where it was tells what is true."""
    said = matches_any("his_vehicle", request) and matches_any("alibi", terms)
    recorded = matches_any("vehicle", request) and matches_any("refuted_record", terms)
    return (said or recorded) and known_event(terms)


def is_whole_account(terms: Sequence[Term]) -> bool:
    """Whether they tell so much of an event that the plate can only be that of a vehicle in it. The more they tell, the
    less they must name: the vehicle, or who or what bears witness."""
    told = len(_details(terms)) if known_event(terms) else 0
    driven = _mentions_vehicle(terms) or matches_any("driven", terms)
    witnessed = _has_witness(terms)
    return (
        (told >= LONG and witnessed)
        or (told >= WHOLE and driven)
        or (told >= WITNESSED and (_mentions_vehicle(terms) or (driven and witnessed)))
        or (told >= ACCOUNT and (_names_vehicle(terms) or matches_any("opened", terms)))
    )


def _is_called(terms: Sequence[Term]) -> bool:
    """Whether a described vehicle is looked for because of what was done, on a road or at a time of the day. An offense
    that is only named is a topic, unless both are known, or the agency that looks for it and the day."""
    by_agency = matches_any("called_by", terms)
    if not (by_agency or matches_any("called", terms)):
        return False
    on_road = any(term.tags & WHERE and term.known not in HEADINGS for term in terms)
    at_time = any({"WHEN", "digits"} <= term.tags and not DAY_OR_YEAR.fullmatch(term.text) for term in terms)
    on_day = by_agency and any(DATE.fullmatch(term.text) for term in terms)
    if not (on_road or at_time or on_day) or any(term.known in ASKED_ABOUT for term in terms):
        return False
    around = zip([NOTHING, *terms], terms, [*terms[1:], NOTHING], strict=False)
    happened = [
        term for before, term, after in around if before.known not in PRIOR and after.known not in TOPIC
    ]
    detailed = on_day or any(term.tags & DETAIL and not term.tags & LABELS for term in happened)
    return known_event(
        [
            term
            for term in happened
            if detailed or (on_road and at_time) or "OFFENSE" not in term.tags or term.tags & DONE
        ]
    )


def tells_offense(terms: Sequence[Term]) -> bool:
    """Whether a word names an offense or emergency by itself."""
    return any(term.tags & OFFENSES for term in terms)


def tells_more(terms: Sequence[Term]) -> bool:
    """Whether beside an event of the lists and the tie it says what exactly: by a word that no list knows, a trace,
    two things that were done, or a full account."""
    if not known_event(terms):
        return False
    if len(_details(terms)) >= ACCOUNT:
        return True
    done = {term.known for term in terms if term.tags & DONE and "FILLER" not in term.tags}
    return len(done) >= 2 or any(
        "TRACE" in term.tags or (not term.tags and term.known in _telling([term])) for term in terms
    )


def known_event(terms: Sequence[Term]) -> bool:
    """Whether a pattern of the lists says what happened."""
    return matches_any("event", terms)


def _unknown_act(terms: Sequence[Term]) -> bool:
    """Whether something was done that no list knows: any word beside a party of an event ("caller saw a toddler") or a
    witness, a verb of the past ("unhooked"), or a known one with an unknown thing ("tossed a sack"). What is thought,
    owned or done every day is told in other words, and so is where somebody says he was."""
    if matches_any("alibi", terms):
        return False
    told = _telling(terms)
    if told and matches_any("party", terms):
        return True
    if any("DAILY" in term.tags for term in terms):
        return False
    if told and _has_witness([term for term in terms if term.known not in VAGUE]):
        return True
    if told and any("PAST" in term.tags and term.tags & TAKING for term in terms):
        return True
    return any(not term.tags and PAST.search(term.known) and _telling([term]) for term in terms)


def _names_vehicle(terms: Sequence[Term]) -> bool:
    """Whether it is "this truck", "his Cummins", "a gray van": no vehicle at large."""
    return any(
        term.tags & {"VEHICLE", "PLATE"}
        and any(
            before.known == "this" or before.tags & {"POSSESSOR", "DESCRIBED"}
            for before in terms[max(0, at - 3) : at]
        )
        for at, term in enumerate(terms)
    )


def _has_witness(terms: Sequence[Term]) -> bool:
    return matches_any("witness", terms)


def _mentions_vehicle(terms: Sequence[Term]) -> bool:
    return any(term.tags & {"VEHICLE", "PLATE"} for term in terms)


def _details(terms: Sequence[Term]) -> set[str]:
    """Words of what was done, by whom, to whom, with what: no topic, time, place, vehicle or filler."""
    return {term.known for term in terms if len(term.known) >= 3 and LABELS.isdisjoint(term.tags)}


def _telling(terms: Sequence[Term]) -> set[str]:
    background = _background()
    return {
        term.known
        for term in terms
        if len(term.known) >= 3
        and term.known.isalpha()
        and background.isdisjoint(term.tags)
        and VOWEL.search(term.known)
        and not ADVERB.search(term.known)
    }


@lru_cache
def _background() -> Tags:
    return frozenset(tomllib.loads((FOLDER / "patterns.toml").read_text(encoding="utf-8"))["background"])


@lru_cache(maxsize=20_000)  # more than the words that people use
def _known(word: str) -> str:
    lower = word.lower()
    base = lexicon().respelled(lower)
    if base == lower and (lower,) not in lexicon().phrases and lower.endswith("'s"):
        return lexicon().respelled(lower[:-2])
    return base


def _phrase_at(known: Sequence[str], at: int) -> tuple[int, Tags]:
    phrases = lexicon().phrases
    for size in range(min(lexicon().longest.get(known[at], 1), len(known) - at), 0, -1):
        if tags := phrases.get(tuple(known[at : at + size])):
            return size, tags
    return 1, NO_TAGS


def matches_any(name: str, terms: Sequence[Term]) -> bool:
    """Whether one of the patterns of this name is in them. Only those are tried that begin with a word or tag of
    theirs."""
    places, begun = _places(terms), _patterns(name)
    return any(_matches(pattern, places) for said in places for pattern in begun.get(said, ()))


@lru_cache
def _patterns(name: str) -> dict[str, list[Pattern]]:
    """By each word or tag that they may begin with."""
    table = tomllib.loads((FOLDER / "patterns.toml").read_text(encoding="utf-8"))
    begun: dict[str, list[Pattern]] = defaultdict(list)
    for line in table[name]:
        pattern = tuple(_steps(line))
        for choice in pattern[0].choices:
            begun[choice].append(pattern)
    return dict(begun)


def _steps(line: str) -> Iterator[Step]:
    gap = 0
    for part in line.split():
        if gapped := re.fullmatch(r"\.\.(\d+)", part):
            gap = int(gapped[1])
        else:
            choices = part.removeprefix("^").split("|")
            words = (word if word.isupper() else word.replace("_", " ") for word in choices)
            yield Step(frozenset(words), gap, part.startswith("^"))
            gap = 0


def _places(terms: Sequence[Term]) -> dict[str, int]:
    """Of each word and tag, which terms have it: a bit for each term."""
    places: dict[str, int] = defaultdict(int)
    for at, term in enumerate(terms):
        places[term.known] |= 1 << at
        for tag in term.tags:
            places[tag] |= 1 << at
    return places


def _matches(pattern: Pattern, places: dict[str, int]) -> bool:
    """Whether the steps follow one another."""
    reached = _fitting(pattern[0], places) & (1 if pattern[0].first else -1)
    for step in pattern[1:]:
        if not reached:
            return False
        within = 0
        for further in range(1, step.gap + 2):
            within |= reached << further
        reached = within & _fitting(step, places)
    return bool(reached)


def _fitting(step: Step, places: dict[str, int]) -> int:
    """The terms that this step may be, as bits."""
    fitting = 0
    for said in step.choices.intersection(places):
        fitting |= places[said]
    return fitting
