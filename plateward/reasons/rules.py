"""Whether the reason of a search says what happened and why this plate (6.e.vi). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.reasons import requests
from plateward.reasons import text as characters
from plateward.reasons.asserted import asserted
from plateward.reasons.barred import BarredRefusal, Ground, barred_ground, hinted_ground, why_barred
from plateward.reasons.lexicon import written_out
from plateward.reasons.patterns import (
    Term,
    checks_whereabouts,
    has_event,
    has_tie,
    is_whole_account,
    tells_more,
    tells_offense,
    terms_of,
)

COPIED = 90  # percent of two reasons' words that agree
QUESTION = re.compile(
    r"(?<![^.?!;,-])(?:[^.?!;,-]|(?<=\w)-(?=\w)|(?<=\d),)*\?+\s*\Z"
)  # it asks, and says nothing
STATUTE = re.compile(  # a rule, for anybody: it says what is forbidden, and not what somebody did
    r"(?<![^.;])[^.;]*\b(?:(?<!by )who ?ever(?! (?:shot|stole|hit|took|broke|did|left|killed|robbed|burned)\b)|"
    r"(?:any|no) person (?:who|shall|may)|"
    r"a person who (?:unlawfully|knowingly|commits)|"
    r"is guilty of an?|it is unlawful|shall be (?:guilty|punished)|consists of\b[^.;]*\b(?:another|intent|unlawful)"
    r")\b[^.;]*",
    re.IGNORECASE,
)
SHORTEST = 3  # words or phrases that say something: "LP stolen" could be any case
OWNS = frozenset({"drives", "owns", "has", "uses"})
FIELD = "reason"
MODEL = (
    "“Tools taken from a shed on Alamo Rd Sunday night; neighbor's camera shows this plate leaving at 0240.”"
)


class Part(StrEnum):
    """A part of a good reason."""

    EVENT = "event"
    PARTICULAR = "particular"
    TIE = "tie"


@dataclass(frozen=True)
class EarlierReason:
    """A reason that the same person gave lately, and the CAD or case number it was for."""

    text: str
    case_number: str


@dataclass(frozen=True)
class ReasonJudgment:
    """`why`: one or two sentences for whoever wrote it. `missing`: the parts that were not found. `barred`:
    the ground that goes to the administrator; its clause is the refusal's."""

    accepted: bool
    why: str
    missing: tuple[Part, ...] = ()
    barred: Ground | None = None


def judge_reason(
    reason: str, *, case_number: str = "", earlier: Sequence[EarlierReason] = ()
) -> ReasonJudgment:
    """Judge a reason, given the case it is for and what its writer wrote for others. Never raises."""
    if why := _unreadable(reason):
        return ReasonJudgment(False, why, tuple(Part))
    written = characters.plain(reason)
    if ground := barred_ground(written):
        return ReasonJudgment(False, why_barred(ground), barred=ground)
    if why := _copied(written, case_number, earlier):
        return ReasonJudgment(False, why)
    parts = characters.clauses_of(_without(STATUTE.sub(" ", QUESTION.sub(" ", written)), case_number))
    account, request = requests.without_last_request(parts)
    clauses = [_terms(part) for part in account]
    terms = [term for clause in clauses for term in clause]
    told = [term for clause in clauses for term in asserted(clause)]
    tied = checks_whereabouts(told, _terms(request))
    missing = _missing(told, tied=tied, may_imply=not requests.asks_for_reads(written))
    if missing:
        if not tells_offense(told) and (ground := hinted_ground(written)):
            return ReasonJudgment(False, why_barred(ground), barred=ground)
        return ReasonJudgment(False, _help(terms, missing), missing)
    return ReasonJudgment(True, "It says what happened and what ties this vehicle to it.")


@enforces("6.e.vi", "6.a.i.1", "SB40.share", "SB40.use")
def may_search_for(reason: str, *, case_number: str, earlier: Sequence[EarlierReason]) -> Decision:
    """Whether this reason is good enough to search; a refusal names the field `reason`."""
    judgment = judge_reason(reason, case_number=case_number, earlier=earlier)
    if judgment.accepted:
        return Allow()
    refused = "This reason is not accepted."
    if judgment.barred:
        return BarredRefusal(judgment.barred.clause, refused, judgment.why, field=FIELD)
    return Refusal("6.e.vi", refused, judgment.why, field=FIELD)


def _unreadable(reason: str) -> str:
    if len(reason) > characters.LONGEST:
        return f"It has more than {characters.LONGEST:,} characters. Say briefly what happened and why this plate."
    written = characters.plain(reason)
    if not written:
        return f"It is empty. Say what happened and why this plate, such as {MODEL}"
    if why := characters.why_illegible(written):
        return why
    if not re.search(r"[^\W\d_]{2}", written):
        return f"It has no words. Say what happened and why this plate, such as {MODEL}"
    if characters.is_mashed(written):
        return f"These are keys, not words. Say what happened and why this plate, such as {MODEL}"
    return ""


def _copied(written: str, case_number: str, earlier: Sequence[EarlierReason]) -> str:
    words = _words(written)
    model = _words(MODEL)
    if fuzz.ratio(words, model) >= COPIED or set(words.split()) <= set(model.split()):
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


def _without(written: str, case_number: str) -> str:
    """The reason without its own case number, however it is divided."""
    number = _number(case_number)
    if not number or number not in _number(written):
        return written
    return re.sub(r"[\W_]*".join(map(re.escape, number)), " ", written, flags=re.IGNORECASE)


def _terms(clause: str) -> list[Term]:
    return terms_of(written_out(characters.words_of(clause)))


def _missing(terms: Sequence[Term], *, tied: bool, may_imply: bool) -> tuple[Part, ...]:
    """`tied`: the request ties the vehicle. `may_imply`: an account may do so without saying how."""
    present = {
        Part.EVENT: has_event(terms),
        Part.PARTICULAR: _particulars(terms),
        Part.TIE: tied or has_tie(terms) or (may_imply and is_whole_account(terms)),
    }
    return tuple(part for part in Part if not present[part])


def _particulars(terms: Sequence[Term]) -> bool:
    if sum(not term.is_filler for term in terms) < SHORTEST:
        return False
    kinds = ("WHEN", "ROAD", "PLACE", "NAMED", "CAPITALIZED", "WHO", "OBJECT", "DESCRIBED", "digits")
    return any(kind in term.tags for kind in kinds for term in _beside_owners(terms)) or tells_more(terms)


def _beside_owners(terms: Sequence[Term]) -> list[Term]:
    """Without whoever is only said to drive or have the vehicle: that is the tie."""
    return [
        term
        for term, after in zip(terms, [*terms[1:], None], strict=False)
        if not ("WHO" in term.tags and after and after.known in OWNS)
    ]


def _help(terms: Sequence[Term], missing: Sequence[Part]) -> str:
    filler = [term for term in terms if term.is_filler]
    if Part.EVENT in missing and Part.TIE in missing:
        if terms and len(filler) == len(terms):
            return f"It fits any case. Say what happened and why this plate, such as {MODEL}"
        return f"It says neither what happened nor what ties this vehicle to it. Write both, such as {MODEL}"
    if Part.TIE in missing:
        particular = " It also needs when, where or what exactly." if Part.PARTICULAR in missing else ""
        return (
            "It names what happened, but not what ties this vehicle to it. Say what was seen or is known: who saw it, "
            f"where, or whose it is.{particular}"
        )
    if Part.EVENT in missing:
        return (
            "It does not say what happened. Name the offense or emergency and what was done, when and where."
        )
    return "It could be many cases. Say when or where it happened, to whom, or what was taken."
