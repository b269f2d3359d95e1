"""Every sentence of the policy belongs to a part of a row."""

import re
from collections.abc import Iterator

from plateward.ground.policy.packs import policy_rows
from plateward.testing import reference_path

HEADER = re.compile(r"\*{0,2}DEPARTMENT OF PUBLIC SAFETY.*|POLICIES & PROCEDURES\*\*")
SECTION, LETTER = re.compile(r"(\d)\) [A-Z ]+$"), re.compile(r"(?:- )?([a-j])\) (?=\S)")
ROMAN, NUMBER = re.compile(r"(?:- )?([ivx]+)\) (?=\S)"), re.compile(r"(?:- )?\((\d+)\) ")
TITLE = re.compile(r"[^.:]+$")  # of a lettered chapter of section 6
# A sentence ends before the next one's capital, which a page break may have glued to it.
ENDS = re.compile(r"(?<=[a-z0-9)AC]\.) ?(?=[A-Z])")


def places(text: str) -> Iterator[tuple[list[str], str]]:
    """Each line of sections 1 to 6 with its clause, and without its number."""
    at: list[str] = []
    for line in map(str.strip, text.replace("**", "").splitlines()):
        if not line or HEADER.match(line):
            continue
        if found := SECTION.match(line):
            at = [found[1]]
            continue
        if not at or at[0] > "6":
            continue
        if found := NUMBER.match(line):
            at = [*at[:3], found[1]]
        elif at[0] == "6" and len(at) > 1 and (found := ROMAN.match(line)) and not is_chapter_i(at, found[1]):
            at = [*at[:2], found[1]]
        elif found := LETTER.match(line):
            at = [at[0], found[1]]
        yield at, line[found.end() :] if found else line


def is_chapter_i(at: list[str], numeral: str) -> bool:
    """6.i, not 6.h.i: what comes after 6.h.iv."""
    return numeral == "i" and at[1:] == ["h", "iv"]


def sentences(text: str) -> dict[str, str]:
    """By clause and number: `6.h.iii:1`. A chapter's title is none."""
    clauses: dict[str, str] = {}
    for at, line in places(text):
        if at[0] == "6" and len(at) == 2 and TITLE.match(line):
            continue
        clauses[".".join(at)] = f"{clauses.get('.'.join(at), '')} {line}".strip()
    return {
        f"{clause}:{number}": sentence
        for clause, words in clauses.items()
        for number, sentence in enumerate(ENDS.split(words), 1)
    }


def test_every_sentence_of_the_policy_belongs_to_a_part() -> None:
    asked = sentences(reference_path("seed", "OPR-50.txt").read_text(encoding="utf-8"))
    assert len(asked) == 107
    answered = {place for row in policy_rows().values() for part in row.parts for place in part.of}
    assert asked.keys() - answered == set(), "say which part answers it"
    assert answered - asked.keys() == set(), "the policy has no such sentence"
    assert asked["6.e.vii:4"].startswith("Prior to the closing")
    assert asked["6.i.ii:1"].startswith("The Department of Public Safety shall use TLS")


def test_every_part_of_the_policys_rows_names_a_sentence() -> None:
    assert [
        row.cited(part)
        for row in policy_rows().values()
        if row.id[0].isdigit()
        for part in row.parts
        if not part.of
    ] == []
