"""What a clause says to be so: neither what it asks, thinks or doubts, nor what merely surrounds the search. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from plateward.reasons.patterns import Term, known_event

HEDGED: Final = {"HEDGE": 10, "SEEK": 3}  # so many terms after "if" or "looking for" are a question
DOUBT: Final = frozenset(
    {"maybe", "perhaps", "i think", "i guess", "not sure"}
)  # at a clause's end, of all of it
WHOSE: Final = frozenset({"POSSESSOR", "VEHICLE", "PLATE"})  # "whether his car": that it is his is known
JOINED: Final = frozenset({"and", "but", "so", "&"})  # what may stand before a stranger
HAVING: Final = frozenset({"has", "owns", "drives", "pulls", "have", "own", "drive"})
OF_VEHICLE: Final = frozenset(
    {"driver", "owner", "registered owner", "renter", "operator", "trucker", "passenger"}
)
NAMED: Final = 5  # terms after "drives a" that may name the vehicle


def asserted(terms: Sequence[Term]) -> list[Term]:
    """A clause's terms without the tags of what is only asked ("to see if it was used in …") or thought. What stands
    before "but" is neither."""
    turns = [at for at, term in enumerate(terms) if at and term.known == "but"]
    begins = [0, *turns]
    return [
        term
        for begin, end in zip(begins, [*turns, len(terms)], strict=True)
        for term in _meant(terms[begin:end])
    ]


def _meant(terms: Sequence[Term]) -> list[Term]:
    doubted = terms and (terms[-1].known in DOUBT or any("MUSING" in term.tags for term in terms))
    result, hedged = [], len(terms) if doubted else 0
    for at, term in enumerate(terms):
        hedged = max([hedged - 1, *(HEDGED[tag] for tag in term.tags & HEDGED.keys())])
        if _is_stranger(terms, at):
            hedged = len(terms)
        result.append(Term(term.text, "", term.tags & WHOSE) if hedged > 0 else term)
    return _without_any_vehicle(result)


def _is_stranger(terms: Sequence[Term], at: int) -> bool:
    """Whether from here on a clause is about somebody whom only the search points at and who did nothing in it: "and
    this guy drives a flatbed" after a series of thefts."""
    if terms[at].known not in {"this", "these"} or (at and terms[at - 1].known not in JOINED):
        return False
    return at + 1 < len(terms) and _is_anybody(terms[at + 1]) and not known_event(terms[at:])


def _is_anybody(term: Term) -> bool:
    return "PERSON" in term.tags and "PARTY" not in term.tags and term.known not in OF_VEHICLE


def _without_any_vehicle(terms: list[Term]) -> list[Term]:
    """The clause, in which "a van" that somebody has ties nothing: it is not said that it is this one."""
    if any("PLATE" in term.tags for term in terms):
        return terms
    result = list(terms)
    for at in range(2, len(terms)):
        has, article, named = terms[at - 2], terms[at - 1], terms[at : at + NAMED]
        if has.known in HAVING and article.known in {"a", "an"} and not _is_one_of_few(named):
            result[at : at + NAMED] = [replace(term, tags=term.tags - {"VEHICLE"}) for term in named]
    return result


def _is_one_of_few(named: Sequence[Term]) -> bool:
    """Whether it is "a tan Buick", "a 2015 Corolla" or "a Chevy Cruze"."""
    described = any(term.tags & {"DESCRIBED", "digits"} for term in named)
    return described or sum("VEHICLE" in term.tags for term in named) > 1
