"""Whether the sentence of a search says anything, and whether a supervisor should look at it (6.e.vi). Pure.

Text is refused only where it is surely nothing, or names a barred ground. What is thin or odd is accepted and marked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from plateward.ground.policy.trace import enforces
from plateward.ground.reasons import text as characters
from plateward.ground.reasons.barred import Ground, barred_ground, why_barred
from plateward.ground.reasons.words import ENOUGH, WORD, concrete, families_in, points, vague

COPIED: Final = 90  # percent of two sentences' words that agree
TELLING: Final = 4  # letters of a word that can say something
SAMPLE: Final = (
    "Tools taken from a shed on Alamo Rd Sunday night; neighbor's camera shows this plate leaving at 0240."
)


@dataclass(frozen=True)
class EarlierReason:
    """A sentence that the same person gave lately, and the CAD or case number it was for."""

    text: str
    case_number: str


@dataclass(frozen=True)
class Judgment:
    """`why`: one or two sentences for whoever wrote it. `marked`: accepted, and a supervisor looks at it the same day;
    `odd` if hardly English. `barred`: the ground that goes to the administrator; its clause is the refusal's."""

    accepted: bool
    why: str
    marked: bool = False
    odd: bool = False
    barred: Ground | None = None


@enforces(
    "6.e.vi/generic", "6.a.i.1/purposes", "SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic"
)
def judge(text: str, *, case_number: str = "", earlier: Sequence[EarlierReason] = ()) -> Judgment:
    """Judge a sentence, given the case it is for and what its writer wrote for others. Never raises."""
    if why := _unreadable(text):
        return Judgment(False, why)
    written = characters.plain(text)
    if ground := barred_ground(written):
        return Judgment(False, why_barred(ground), barred=ground)
    if not says_something(written):
        return Judgment(False, f"It fits any case. Say what happened and why this plate, such as “{SAMPLE}”")
    if why := _copied(written, case_number, earlier):
        return Judgment(False, why)
    if _is_odd(written):
        return Judgment(True, "Many of its words are no English words.", marked=True, odd=True)
    if points(written) < ENOUGH or not any(concrete(kind).found_in(written) for kind in ("ties", "vehicles")):
        why = (
            "It says little about this case: what happened, when or where, who saw it, and why this vehicle."
        )
        return Judgment(True, why, marked=True)
    return Judgment(True, "It says something about this case.")


@enforces("6.e.vi/generic")
def says_something(written: str) -> bool:
    """Whether any word says more than what fits any case, misspelt or not. Beside such words, the name of an offense
    does not: "drug investigation"."""
    words = [word for word in WORD.findall(written) if len(word) >= TELLING and not word.isdigit()]
    telling = [word for word in words if not vague("generic").has(word)]
    return any(not families_in(word) for word in telling) or 0 < len(telling) == len(words)


def _unreadable(text: str) -> str:
    if len(text) > characters.LONGEST:
        return f"It has more than {characters.LONGEST:,} characters. Say briefly what happened and why this plate."
    written = characters.plain(text)
    if not written:
        return f"It is empty. Say what happened and why this plate, such as “{SAMPLE}”"
    if why := characters.why_illegible(written):
        return why
    if not re.search(r"[^\W\d_]{2}", written):
        return f"It has no words. Say what happened and why this plate, such as “{SAMPLE}”"
    if characters.is_mashed(written):
        return f"These are keys, not words. Say what happened and why this plate, such as “{SAMPLE}”"
    return ""


def _is_odd(written: str) -> bool:
    return any(characters.is_mashed(word) for word in written.split() if len(word) > 3)


def _copied(written: str, case_number: str, earlier: Sequence[EarlierReason]) -> str:
    words, sample = _words(written), _words(SAMPLE)
    if fuzz.ratio(words, sample) >= COPIED or set(words.split()) <= set(sample.split()):
        return "It is the example. Say what happened in your case, and why this plate."
    for other in earlier:
        if (
            _number(other.case_number) != _number(case_number)
            and fuzz.ratio(words, _words(other.text[: characters.LONGEST])) >= COPIED
        ):
            return f"You gave this reason for {other.case_number}. Say what happened in this case, and why this plate."
    return ""


def _words(written: str) -> str:
    return " ".join(re.findall(r"\w+", characters.plain(written).lower()))


def _number(case_number: str) -> str:
    return re.sub(r"[\W_]", "", case_number).upper()
