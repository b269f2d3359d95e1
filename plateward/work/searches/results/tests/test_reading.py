"""Pages of results: each read once, in order, from a key and never from an offset."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from plateward.field.reads.queries import (
    Order,
    PageKey,
    PlateMatch,
    PlateQuery,
    ReadQuery,
    ReadSummary,
    SearchProgress,
)
from plateward.work.searches.results.reading import Narrow, PageEnd, read_page
from plateward.work.searches.results.tests.brute import BruteStore, any_plate, brute, many

ABC, XYZ = (replace(any_plate(), plate=PlateQuery(text, PlateMatch.EXACT)) for text in ("ABC123", "XYZ987"))


def all_pages(
    store: BruteStore, queries: Sequence[ReadQuery], order: Order, limit: int, narrow: Narrow | None = None
) -> list[list[ReadSummary]]:
    pages, after, more = [], None, True
    while more:
        rows: list[ReadSummary] = []
        for part in read_page(store, queries, order, after, limit, narrow):  # type: ignore[arg-type]
            if isinstance(part, ReadSummary):
                rows.append(part)
            elif isinstance(part, PageEnd):
                more = part.more
        pages.append(rows)
        if more:
            after = PageKey(rows[-1].captured_at, rows[-1].id, rows[-1].plate)
    return pages


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("queries", [[any_plate()], [ABC, XYZ], [ABC, ABC]])
def test_all_pages_together_have_every_read_once_and_in_order(order: Order, queries: list[ReadQuery]) -> None:
    rows = many(5, 7) + [
        replace(row, id=row.id.__class__(int=row.id.int + 500), plate="XYZ987") for row in many(5, 4)
    ]
    store, _ = brute(rows)
    pages = all_pages(store, queries, order, 10)
    wanted = store._sorted(any_plate(), order)
    if queries == [ABC, ABC]:
        wanted = store._sorted(ABC, order)
    assert [row.id for page in pages for row in page] == [row.id for row in wanted]
    assert all(len(page) == 10 for page in pages[:-1])
    assert store.open == 0


@pytest.mark.parametrize("queries", [[any_plate()], [ABC, XYZ]])
def test_rows_that_the_store_cannot_tell_are_left_out_before_a_page_is_full(queries: list[ReadQuery]) -> None:
    store, _ = brute(many(5, 60))

    def every_third(rows: Sequence[ReadSummary]) -> list[ReadSummary]:
        return [row for row in rows if row.id.int % 3 == 0]

    pages = all_pages(store, queries, Order.NEWEST, 40, every_third)
    assert [len(page) for page in pages] == [40, 40, 20]
    assert all(row.id.int % 3 == 0 for page in pages for row in page)


def test_a_page_that_is_left_leaves_no_query_running() -> None:
    store, brute_store = brute(many(5, 60))
    with closing(read_page(brute_store, [any_plate()], Order.NEWEST, None, 50)) as parts:  # type: ignore[type-var]
        assert isinstance(next(parts), SearchProgress)
        assert isinstance(next(parts), ReadSummary)
        assert store.open == 1
    assert store.open == 0


def test_a_scope_in_which_nothing_can_match_finds_nothing() -> None:
    _, brute_store = brute(many(1, 5))
    assert list(read_page(brute_store, [], Order.NEWEST, None, 50)) == [PageEnd(more=False)]


def test_days_that_went_meanwhile_are_named_at_the_end() -> None:
    gone = many(1, 1)[0].captured_at.date()
    _, brute_store = brute(many(2, 3), destroyed=(gone,))
    assert list(read_page(brute_store, [any_plate()], Order.NEWEST, None, 50))[-1] == PageEnd(False, (gone,))
    assert list(read_page(brute_store, [ABC, XYZ], Order.NEWEST, None, 50))[-1] == PageEnd(False, (gone,))
