"""What is surely nothing is refused, what is thin marked, what is barred goes to the administrator; all else passes."""

import csv
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.policy.decision import Allow
from plateward.ground.reasons.barred import may_leave_for, may_rest_on
from plateward.ground.reasons.judging import SAMPLE, EarlierReason, judge
from plateward.ground.reasons.text import LONGEST

pytestmark = pytest.mark.clause("6.e.vi/generic")
HERE = Path(__file__).parent
GOOD = "Catalytic converter cut off at the Allsup's lot on Main St at 0315; clerk's camera shows this plate leaving."
MARKED_BAD, MARKED_GOOD, STOPPED = 0.96, 0.10, 0.85  # shares of the labeled file
DISGUISES: tuple[Callable[[str], str], ...] = (
    lambda word: f"{word[:4]}\u00ad{word[4:]}",
    " ".join,
    ".".join,
    lambda word: word.translate(str.maketrans("oieast", "013457")).upper(),
    lambda word: word.replace("a", "á").replace("i", "ï").replace("o", "ö"),
    lambda word: word[:3] + word[2:],
)


def labeled(label: str) -> list[str]:
    with (HERE / "labeled.csv").open(encoding="utf-8", newline="") as file:
        return [row["reason"] for row in csv.DictReader(file) if row["label"] == label]


def test_the_labeled_reasons_are_judged_as_they_were_meant() -> None:
    good, bad = [judge(reason) for reason in labeled("good")], [judge(reason) for reason in labeled("bad")]
    assert all(one.accepted for one in good)
    assert sum(one.marked for one in good) <= MARKED_GOOD * len(good)
    assert sum(not one.accepted or one.marked for one in bad) >= MARKED_BAD * len(bad)


@pytest.mark.clause("SB40.share/words", "6.a.i.1/purposes")
def test_the_labeled_barred_purposes_go_to_the_administrator() -> None:
    barred = [judge(reason) for reason in labeled("barred")]
    assert sum(one.barred is not None for one in barred) >= STOPPED * len(barred)


@pytest.mark.parametrize(
    "reason",
    [
        "Stolen plate, checking if it's on another car",
        "BOLO from Bernalillo SO armed robbery suspect vehicle",
        "Fail to yield, fled from me 2210 hrs I-40 WB MP 155",
        "Welfare check, grandma not home since yesterday, drives this Buick",
        "Carjacking at Circle K Juan Tabo, vic's vehicle",
        "AMBER Alert, suspect in a silver Civic",
        "Silver Alert",
        "shots fired from blue Charger leaving Central and Tramway",
        "Burglary of a church on Lead; the pastor's camera shows this van",
        "Shots fired at the protest on the plaza, witness read this plate",
    ],
)
def test_what_an_officer_writes_in_a_hurry_is_accepted(reason: str) -> None:
    assert judge(reason).accepted


@pytest.mark.parametrize(
    "reason",
    [
        "investigation",
        "Research.",
        "official police business",
        "reseach",
        "invetsigation of a case",
        "Drug investigation.",
        "for an investigaton, case info needed, person of interest",
        "",
        "   ",
        "...",
        "2026-00412",
        "asdfasdf qwerty",
        "i n v e s t i g a t i o n",
        SAMPLE,
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_surely_nothing_is_refused_with_help(reason: str) -> None:
    judgment = judge(reason)
    assert (judgment.accepted, judgment.marked, judgment.barred) == (False, False, None)
    assert judgment.why.endswith((".", "”"))


@pytest.mark.parametrize(
    "reason", ["asdf robbery blah Sunday witness plate foo", "curious where he goes at night", "Robbery"]
)
def test_what_is_thin_or_odd_is_accepted_and_marked(reason: str) -> None:
    judgment = judge(reason)
    assert (judgment.accepted, judgment.marked) == (True, True)


def test_a_reason_of_another_case_is_not_pasted() -> None:
    earlier = (EarlierReason(GOOD, "2026-00399"),)
    assert "2026-00399" in judge(GOOD, case_number="2026-00412", earlier=earlier).why
    assert judge(GOOD, case_number="2026-399", earlier=(EarlierReason(GOOD, "2026-399"),)).accepted


@pytest.mark.clause("SB40.share/words", "SB40.use/traffic", "6.a.i.1/purposes")
@pytest.mark.parametrize(
    ("reason", "clause"),
    [
        ("ICE asked where this driver lives", "SB40.share"),
        ("imigration status of the owner", "SB40.share"),
        ("Planned Parenthood patient, locate her car", "SB40.share"),
        ("abortion patient from Texas, car seen Tuesday at the clinic", "SB40.share"),
        ("Who was at the protest on the plaza, list every plate", "SB40.share"),
        ("Theft at Walmart; while there run the plates of everybody at the march", "SB40.share"),
        ("expired registration", "SB40.use"),
        ("my ex-wife moved, see where she parks", "6.a.i.1"),
    ],
)
def test_a_barred_ground_goes_to_the_administrator(reason: str, clause: str) -> None:
    barred = judge(reason).barred
    assert barred is not None
    assert barred.clause == clause


@pytest.mark.clause("SB40.share/words")
@pytest.mark.parametrize("word", ["immigration", "abortions", "protesters", "deportation", "undocumented"])
@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_barred_ground_does_not_pass_disguised(word: str, disguise: Callable[[str], str]) -> None:
    text = f"Check the {disguise(word)} of the owner"
    assert not isinstance(may_rest_on(text, "narrative"), Allow)
    assert not isinstance(may_leave_for(text, "use"), Allow)
    assert not judge(text).accepted


@pytest.mark.parametrize(
    "text",
    [
        "Owner reported it, protected by his lender; planted evidence",
        "Peña's truck - seen at José Ávila's shop",
        "Stolen from Walmart March 3, camera shows this truck",
        "For Sergeant Chavez, to plan the patrol.",
        "For the district attorney, case 2026-00412.",
    ],
)
def test_honest_words_pass(text: str) -> None:
    assert isinstance(may_rest_on(text, "narrative"), Allow)
    assert isinstance(may_leave_for(text, "use"), Allow)


@given(st.text(max_size=300))
def test_any_text_has_a_judgment_with_a_sentence(text: str) -> None:
    judgment = judge(text, case_number="2026-00412", earlier=[EarlierReason(text, "1999-1")])
    assert judgment.why
    assert not (judgment.marked and not judgment.accepted)


def test_the_words_it_knows_are_few() -> None:
    table = tomllib.loads((HERE.parent / "vocabulary.toml").read_text(encoding="utf-8"))
    lists = [*table["events"].values(), *table["concrete"].values(), *table["vague"].values()]
    lists += [row[kind] for row in table["barred"].values() for kind in ("strong", "weak")]
    assert sum(len(re.findall(r"[^,\s][^,]*", listed)) for listed in lists) <= 300
