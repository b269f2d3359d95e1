"""What of a search is published."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.reasons.offenses import OFFENSES
from plateward.oversight.published_log.rules import (
    ANY,
    FAMILIES,
    HowDecided,
    K,
    PublishedRow,
    class_of,
    family_of,
    months_due,
    pseudonym,
    published,
)

pytestmark = pytest.mark.clause("SB40.confid/audit")

THEFT = PublishedRow("", "", "felony", "theft", "allowed")
ROWS = st.lists(
    st.builds(
        PublishedRow,
        officer=st.sampled_from([f"officer{n}" for n in range(8)]),
        plate=st.sampled_from(["", *(f"plate{n}" for n in range(8))]),
        purpose=st.sampled_from(["felony", "amber_alert"]),
        offense=st.sampled_from(["theft", "burglary", "amber", "other", ""]),
        decision=st.sampled_from([how.value for how in HowDecided][:3]),
    ),
    max_size=120,
)


def of(officers: int, row: PublishedRow = THEFT, each: int = 1) -> list[PublishedRow]:
    """So many officers, each searching for so many plates of their own."""
    return [
        replace(row, officer=f"{row.offense} {officer}", plate=f"{row.offense} {officer} {plate}")
        for officer in range(officers)
        for plate in range(each)
    ]


@given(ROWS)
def test_whoever_knows_all_about_a_search_is_left_with_five_officers_and_five_plates(
    rows: list[PublishedRow],
) -> None:
    made = published(rows)
    classes = defaultdict(list)
    for row in made.rows:
        classes[class_of(row)].append(row)
    for some in classes.values():
        assert len({row.officer for row in some}) >= K
        assert len({row.plate for row in some}) >= K or {row.plate for row in some} == {""}


@given(ROWS)
def test_no_search_is_invented_or_lost(rows: list[PublishedRow]) -> None:
    made = published(rows)
    assert len(made.rows) + made.withheld == len(rows)
    asked = Counter((row.officer, row.plate, row.purpose, row.decision) for row in rows)
    said = Counter((row.officer, row.plate, row.purpose, row.decision) for row in made.rows)
    assert said <= asked


@given(ROWS, st.randoms())
def test_the_order_of_the_searches_is_not_told(rows: list[PublishedRow], random: object) -> None:
    other = list(rows)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert published(rows) == published(other)


def test_what_five_officers_searched_for_is_published_as_it_is() -> None:
    made = published(of(5))
    assert {row.offense for row in made.rows} == {"theft"}
    assert (made.coarser, made.withheld) == (0, 0)


def test_a_rare_offense_is_published_as_its_family_and_a_rarer_one_without_it() -> None:
    burglary, drugs = replace(THEFT, offense="burglary"), replace(THEFT, offense="drugs")
    made = published([*of(3), *of(2, burglary), *of(6, replace(THEFT, offense="wanted")), *of(2, drugs)])
    assert Counter(row.offense for row in made.rows) == {"any_theft": 5, "wanted": 6}
    assert (made.coarser, made.withheld) == (5, 2)
    made = published([*of(3), *of(2, drugs)])
    assert Counter(row.offense for row in made.rows) == {ANY: 5}


def test_many_searches_of_one_officer_hide_nobody() -> None:
    assert published(of(1, each=395)).withheld == 395
    made = published([*of(1, replace(THEFT, offense="fraud"), each=395), *of(5)])
    assert Counter(row.offense for row in made.rows) == {"theft": 5}
    assert made.withheld == 395


def test_one_officer_who_looked_for_one_plate_395_times_is_seen() -> None:
    stalked = [replace(THEFT, officer="officer", plate="one plate")] * 395
    made = published([*of(6), *stalked])
    assert Counter((row.officer, row.plate) for row in made.rows).most_common(1) == [
        (("officer", "one plate"), 395)
    ]


def test_a_plate_that_all_look_for_is_not_told_by_its_offense() -> None:
    amber = replace(THEFT, plate="the van", offense="amber")
    rows = [replace(amber, officer=f"officer {n}") for n in range(40)]
    assert published(rows).withheld == 40


@pytest.mark.parametrize("offense", OFFENSES)
def test_every_offense_has_a_family_of_the_list_or_none(offense: str) -> None:
    assert set(OFFENSES[offense].families) <= set(FAMILIES)
    assert (family_of(offense) == ANY) == (not OFFENSES[offense].families)


def test_a_pseudonym_is_the_same_all_year_and_joins_no_two_years() -> None:
    this, next_ = b"key of 2026", b"key of 2027"
    assert pseudonym(this, "officer", "ada") == pseudonym(this, "officer", "ada")
    assert len({pseudonym(key, kind, "ada") for key in (this, next_) for kind in ("officer", "plate")}) == 4


def test_a_month_is_published_once_it_is_over_and_settled() -> None:
    begun = date(2026, 11, 28)
    assert months_due(begun, date(2026, 12, 5), []) == []
    assert months_due(begun, date(2026, 12, 6), []) == [date(2026, 11, 1)]
    assert months_due(begun, date(2027, 2, 10), [date(2026, 11, 1)]) == [date(2026, 12, 1), date(2027, 1, 1)]


def test_a_row_is_read_as_it_was_written() -> None:
    [row] = of(1)
    assert PublishedRow.parse(str(row)) == row
    with pytest.raises(ValueError, match="is no row"):
        PublishedRow.parse("one|two")
