"""Which vehicles a listed plate may be, and what follows. No database."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateward.core.pages.csv_import import NotACsvFile
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.protected.rules import (
    hold_reason,
    may_approve_load,
    may_register,
    may_request_entry,
    register_of,
)
from plateward.field.hotlists.protected.table import RegisterFacts, parse_vehicles
from plateward.ground.matching.written import why_no_plate
from plateward.ground.policy.decision import Allow, Refusal

ADA, BEN = 1, 2
CAR = Vehicle(pk=7, bare="B0T419", state="NM", person_id=ADA)
HEAD = "plate,state,kind,person,unit\n"
KNOWN = RegisterFacts({("B0T419", "NM", "")}, {"ada": ADA}, {"Unit 12": 3})


@pytest.mark.clause("6.a.ii.3/brake")
@pytest.mark.parametrize(
    ("bare", "state", "is_it"),
    [
        ("B0T419", "NM", True),
        ("BOT419", "NM", True),  # the letter O equals zero
        ("BOT419", "", True),  # a missing state may be any
        ("BOT419", "TX", False),
        ("80T419", "NM", False),  # looks alike, but is another plate
        ("BOT41", "NM", False),
        ("BOT4??", "NM", True),
        ("*T419", "", True),
        ("BOT4?", "NM", False),
        ("", "", False),
    ],
)
def test_a_listed_plate_is_compared_as_matching_does(bare: str, state: str, is_it: bool) -> None:
    assert register_of([CAR]).of(bare, state) == ((CAR,) if is_it else ())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("BKT 419", ""),
        ("bkt-419.", ""),
        ("", "Enter the plate"),
        (" - ", "Enter the plate"),
        ("A" * 40, "at most 10"),
        ("BKT4??", "letters, digits, dots"),
        ("ÄBC1", "letters, digits, dots"),
        ("AB\t1", "letters, digits, dots"),
    ],
)
def test_only_a_whole_plate_stands_in_the_register(text: str, why: str) -> None:
    said = why_no_plate(text)
    assert (why in said) if why else said == ""


@pytest.mark.clause("6.a.ii.3/brake")
def test_a_vehicle_stands_once_for_each_person() -> None:
    assert may_register("B0T419", "NM", BEN, [CAR]) == Allow()
    assert isinstance(may_register("B0T419", "NM", ADA, [CAR]), Refusal)
    assert isinstance(may_register("B0T419", "Zürich", None, []), Refusal)


@pytest.mark.clause("6.a.ii.3/brake", "6.f.i.1/review")
@pytest.mark.parametrize(
    ("requester", "named", "unreviewed", "clause"),
    [
        (ADA, [CAR], False, "6.a.ii.3"),
        (BEN, [CAR], False, ""),
        (BEN, [CAR], True, "6.f.i.1"),
        (ADA, [], True, ""),
    ],
)
def test_nobody_asks_for_their_own_and_none_is_in_force_before_its_review(
    requester: int, named: list[Vehicle], unreviewed: bool, clause: str
) -> None:
    decision = may_request_entry(requester, named, unreviewed=unreviewed)
    assert (decision.clause if isinstance(decision, Refusal) else "") == clause


@pytest.mark.clause("6.a.ii.3/brake")
@pytest.mark.parametrize(
    ("approver", "lines", "clause"),
    [(ADA, 1, "6.a.ii.3"), (BEN, 1, ""), (None, 1, "6.e.i"), (None, 0, ""), (ADA, 0, "")],
)
def test_a_load_is_approved_by_a_person_whose_own_it_does_not_name(
    approver: int | None, lines: int, clause: str
) -> None:
    decision = may_approve_load(approver, lines, {ADA} if lines else set())
    assert (decision.clause if isinstance(decision, Refusal) else "") == clause


@pytest.mark.clause("6.a.ii.3/brake")
@pytest.mark.parametrize(
    ("lines", "count", "said"),
    [
        ([], 0, ""),
        ([3], 1, "Line 3 names a vehicle of the agency or of one of its people."),
        ([3, 7, 1200], 3, "Lines 3, 7 and 1,200 name vehicles of the agency or of its people."),
        (list(range(1, 13)), 30, "30 lines name vehicles of the agency or of its people: 1, 2, "),
    ],
)
def test_the_sentence_names_the_lines(lines: list[int], count: int, said: str) -> None:
    reason = hold_reason(lines, count)
    assert reason.startswith(said)
    assert bool(reason) == bool(count)
    assert count < 30 or reason.endswith("11, 12 and 18 more.")


def test_the_sentence_for_the_largest_file_fits_beside_the_one_for_its_size() -> None:
    assert len(hold_reason([2_000_000] * 12, 2_000_000)) < 250


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",NM,agency,,", "enter the plate"),
        ("A" * 40 + ",NM,agency,,", "at most 10 letters and digits"),
        ("A" * 41 + ",NM,agency,,", "more than 40 characters"),
        ("BKT4??,NM,agency,,", "letters, digits, dots, dashes and blanks"),
        ("=1+1,NM,agency,,", "as a formula does"),
        ("PT1204,,agency,,", "it has no state"),
        ("PT1204,ZZ,agency,,", "is not a state's two letters"),
        ("PT1204,NM,,,", "is not a kind: write agency or family or personal"),
        ("PT1204,NM,stolen,,", "is not a kind"),
        ("PT1204,NM,personal,nobody,", "there is no account nobody"),
        ("PT1204,NM,agency,,Unit 99", "there is no unit Unit 99"),
        ("BOT 419,NM,agency,,", "is already in the register"),
        ("pt-12O4,NM,agency,,", "is already on line 2"),
        ("PT1204,NM", "it has 2 fields, but the first line names 5"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why(line: str, why: str) -> None:
    parsed = parse_vehicles(f"{HEAD}pt 1204,nm,Agency,,Unit 12\n{line}\n".encode("utf-8-sig"), KNOWN)
    assert [(row.plate, row.state, row.kind, row.unit) for row in parsed.rows] == [
        ("PT 1204", "NM", "agency", "Unit 12")
    ]
    (bad,) = parsed.rejections
    assert (bad.line, why in bad.why) == (3, True), bad.why


@settings(max_examples=60)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEAD + text).encode()))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    try:
        parsed = parse_vehicles(content, KNOWN)
    except NotACsvFile:
        return
    assert all(why_no_plate(row.plate) == "" for row in parsed.rows)
