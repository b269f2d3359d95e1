"""What a page says of its results: their number, order, plates and hours."""

from datetime import UTC, date, datetime, timedelta

import pytest

from plateward.field.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery, Span
from plateward.work.searches.results.events import Hours
from plateward.work.searches.results.layouts import Layout, count_text, order_of
from plateward.work.searches.results.masking import masked_plate, open_plate

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def searched(text: str, match: PlateMatch = PlateMatch.NEAR) -> list[ReadQuery]:
    return [ReadQuery(Span(NOW - timedelta(days=1), NOW), PlateQuery(text, match))]


@pytest.mark.parametrize(
    ("on_page", "total", "complete", "text"),
    [
        (50, 1000, False, "50 of at least 1,000 reads"),
        (50, 312, True, "50 of 312 reads"),
        (37, 37, True, "All 37 reads"),
        (1, 1, True, "All 1 read"),
    ],
)
def test_results_are_counted_honestly(on_page: int, total: int, complete: bool, text: str) -> None:
    assert count_text(on_page, total, complete=complete) == text


def test_masked_plates_are_not_sorted() -> None:
    assert order_of("plate", Layout.TABLE, masked=False) is Order.PLATE
    assert order_of("plate", Layout.TABLE, masked=True) is Order.NEWEST
    assert order_of("'; drop", Layout.STRIP, masked=False) is Order.NEWEST
    assert order_of("oldest", Layout.MAP, masked=False) is Order.NEWEST


def test_characters_that_differ_from_the_search_are_marked() -> None:
    near = open_plate("ABC128", searched("ABC123"))
    assert [pair.read for pair in near.pairs if pair.same == "different"] == ["8"]
    assert near.searched == "ABC123"
    folded = open_plate("A8C123", searched("ABC123", PlateMatch.FOLDED))
    assert [(pair.read, pair.same) for pair in folded.pairs][1] == ("8", "folded")
    assert open_plate("ABC123", searched("ABC123")).pairs == ()
    assert open_plate("ABC123", searched("AB?1*", PlateMatch.PARTIAL)).pairs == ()


def test_of_several_plates_the_nearest_is_compared() -> None:
    queries = [*searched("XYZ987"), *searched("ABC123")]
    assert open_plate("ABC128", queries).searched == "ABC123"


@pytest.mark.clause("6.a.ii.2/place")
def test_a_masked_plate_says_nothing_of_itself() -> None:
    plate = masked_plate(7, "digest of ABC123")
    assert plate.masked
    assert plate.plate == plate.searched == ""
    assert len({str(masked_plate(7, f"digest {n}")) for n in range(100)}) == 100
    assert {len(str(masked_plate(7, f"digest {n}"))) for n in range(100)} == {len(str(plate))}
    assert plate == masked_plate(7, "digest of ABC123")
    assert plate != masked_plate(8, "digest of ABC123")


def test_reads_are_counted_by_day_and_hour() -> None:
    hours = Hours()
    hours.add([NOW, NOW, NOW - timedelta(days=1)])
    (changed,) = hours.add([NOW + timedelta(minutes=30)])
    assert (changed.day, changed.reads) == (date(2026, 11, 24), 3)
    assert (changed.cells[12].reads, changed.cells[12].level) == (3, 2)
    assert [cell.level for cell in changed.cells if cell.hour != 12] == [0] * 23


def test_every_view_has_a_bounded_page() -> None:
    assert all(0 < layout.limit <= 20_000 for layout in Layout)
