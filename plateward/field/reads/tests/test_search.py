"""Searches of the read store find exactly what looking at every read finds, on the configured database."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from random import Random
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plateward.field.reads.areas import BadQuery, Box, Circle, Corridor
from plateward.field.reads.queries import (
    Order,
    PageKey,
    PlateMatch,
    PlateQuery,
    ReadPage,
    ReadQuery,
    ReadSummary,
    SearchProgress,
    Span,
)
from plateward.field.reads.store import ReadStore, StoredRead
from plateward.field.reads.store.breadth import why_too_broad
from plateward.field.reads.store.plate_search import folded_plate_pattern, plate_test
from plateward.field.reads.store.sqlcipher import SqlcipherStore
from plateward.field.reads.tests.made import PLATES, made_reads
from plateward.ground.matching.normalize import ZERO, fold
from plateward.ground.matching.partial import pattern_fits

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 7, 1, tzinfo=UTC)
DAYS = 4
WHOLE = Span(FIRST, FIRST + timedelta(days=DAYS))


@pytest.fixture
def stored(read_store: ReadStore) -> list[StoredRead]:
    reads = made_reads(600, FIRST, DAYS, Random(1))
    for day in {read.day for read in reads}:
        read_store.append(day, [read for read in reads if read.day == day])
    return reads


def levenshtein(text: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(text, 1):
        row, last = [i], row
        for j, b in enumerate(other, 1):
            row.append(min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (a != b)))
    return row[-1]


def plate_fits(query: PlateQuery, plate: str) -> bool:
    if query.match is PlateMatch.NEAR:
        return levenshtein(fold(query.text), fold(plate)) <= 1
    if query.match is PlateMatch.FOLDED:
        return fold(query.text) == fold(plate)
    return pattern_fits(query.text.translate(ZERO), plate.translate(ZERO))


def scan(reads: list[StoredRead], query: ReadQuery, order: Order) -> list[Any]:
    """The ids of all reads that fit, by looking at each."""

    def fits(stored: StoredRead) -> bool:
        read, vehicle = stored.read, stored.read.vehicle
        facts = [
            (query.states, read.state),
            (query.cameras, read.camera),
            (query.deployments, read.deployment),
            (query.kinds, vehicle.kind and vehicle.kind.value.lower()),
            (query.colors, vehicle.color and vehicle.color.value.lower()),
            (query.makes, vehicle.make and vehicle.make.value.lower()),
        ]
        place = read.position
        return (
            query.span.since <= read.captured_at < query.span.until
            and (query.plate is None or plate_fits(query.plate, read.plate))
            and (query.area is None or (place is not None and query.area.contains(place.lat, place.lon)))
            and (query.readers is None or stored.reader in query.readers)
            and all(not values or value in values for values, value in facts)
        )

    def newest(stored: StoredRead) -> Any:
        return -stored.read.captured_at.timestamp(), -stored.read.id.int

    keys: dict[Order, Callable[[StoredRead], Any]] = {
        Order.NEWEST: newest,
        Order.OLDEST: lambda stored: (stored.read.captured_at, stored.read.id.int),
        Order.PLATE: lambda stored: (stored.read.plate, *newest(stored)),
    }
    return [stored.read.id for stored in sorted(filter(fits, reads), key=keys[order])]


def all_pages(store: ReadStore, query: ReadQuery, order: Order, limit: int) -> list[ReadSummary]:
    rows: list[ReadSummary] = []
    after: PageKey | None = None
    while True:
        page = store.page(query, order, after, limit)
        assert len(page.rows) <= limit
        rows += page.rows
        after = page.after
        if after is None:
            return rows


def queries(reads: list[StoredRead]) -> st.SearchStrategy[ReadQuery]:
    """Queries about what these reads have, and about what they nearly have."""
    plates = st.sampled_from(sorted({stored.read.plate for stored in reads}))

    @st.composite
    def plate_queries(draw: st.DrawFn) -> PlateQuery:
        match, plate = draw(st.sampled_from(PlateMatch)), draw(plates)
        if match is PlateMatch.PARTIAL:
            start = draw(st.integers(0, max(0, len(plate) - 2)))
            end = draw(st.integers(min(start + 2, len(plate)), len(plate)))
            text = (
                draw(st.sampled_from(["*", "?" * start, ""]))
                + plate[start:end]
                + draw(st.sampled_from(["*", "?", ""]))
            )
            at = draw(st.integers(0, len(text) - 1))
            return PlateQuery(text if draw(st.booleans()) else text[:at] + "?" + text[at + 1 :], match)
        if draw(st.booleans()):
            at = draw(st.integers(0, len(plate) - 1))
            changed = plate[:at] + draw(st.sampled_from(["", "O", "0", "8", "B", "X"])) + plate[at + 1 :]
            plate = changed or plate
        return PlateQuery(plate, match)

    lat, lon = st.floats(34.8, 35.3), st.floats(-106.9, -106.4)
    areas = st.one_of(
        st.builds(lambda s, w: Box(s, w, s + 0.15, w + 0.15), lat, lon),
        st.builds(Circle, lat, lon, st.floats(100, 15_000)),
        st.builds(
            lambda points, meters: Corridor(tuple(points), meters),
            st.lists(st.tuples(lat, lon), min_size=2, max_size=4),
            st.floats(100, 4_000),
        ),
    )

    def some(values: set[Any]) -> st.SearchStrategy[frozenset[Any]]:
        known = sorted(value for value in values if value)
        return st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(known), min_size=1, max_size=3))

    moments = st.floats(0, DAYS * 24).map(lambda hours: FIRST + timedelta(hours=hours))
    spans = (
        st.tuples(moments, moments)
        .map(sorted)
        .filter(lambda ends: ends[0] < ends[1])
        .map(lambda ends: Span(*ends))
    )
    return st.builds(
        ReadQuery,
        span=st.one_of(st.just(WHOLE), spans),
        plate=st.one_of(st.none(), plate_queries()),
        area=st.one_of(st.none(), areas),
        states=some({stored.read.state for stored in reads}),
        cameras=some({stored.read.camera for stored in reads}),
        readers=st.one_of(st.none(), some({stored.reader for stored in reads})),
        deployments=some({stored.read.deployment for stored in reads}),
        colors=some(
            {stored.read.vehicle.color.value.lower() for stored in reads if stored.read.vehicle.color}
        ),
    )


@pytest.mark.both_databases
def test_a_search_finds_what_looking_at_every_read_finds(
    stored: list[StoredRead], read_store: ReadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = read_store
    monkeypatch.setattr("plateward.field.reads.store.period_search.NEAREST", 20)  # fewer than a day has

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(queries(stored), st.sampled_from(Order), st.sampled_from([1, 7, 1_000]))
    def agree(query: ReadQuery, order: Order, limit: int) -> None:
        if why_too_broad(query):
            with pytest.raises(BadQuery):
                store.page(query, order, None, limit)
            return
        expected = scan(stored, query, order)
        if limit == 1:
            expected = expected[:5]
            limit = 5
            assert [row.id for row in store.page(query, order, None, limit).rows] == expected
            return
        assert [row.id for row in all_pages(store, query, order, limit)] == expected
        count = store.count(query, limit)
        assert (count.reads, count.complete) == (min(limit, len(expected)), len(expected) <= limit)
        if order is not Order.PLATE:
            rows = [row for row in store.stream(query, order) if isinstance(row, ReadSummary)]
            assert [row.id for row in rows] == expected

    agree()


@pytest.mark.parametrize("match", PlateMatch)
@pytest.mark.parametrize("text", PLATES)
def test_whatever_fits_a_plate_fits_it_folded(text: str, match: PlateMatch) -> None:
    query = PlateQuery(text, match)
    fits, folded = plate_test(query), re.compile(folded_plate_pattern(query)).search
    assert fits(text)
    assert all(folded(fold(plate)) for plate in PLATES if fits(plate))


def test_no_pattern_takes_long_to_test() -> None:
    fits = plate_test(PlateQuery("AB" + "*" * 13 + "C", PlateMatch.PARTIAL))
    began = time.thread_time()
    assert not fits("AB" + "X" * 14)
    assert fits("AB" + "X" * 13 + "C")
    assert time.thread_time() - began < 0.1


@pytest.mark.both_databases
def test_a_stream_tells_its_progress_and_can_be_closed(
    stored: list[StoredRead], read_store: ReadStore
) -> None:
    query = ReadQuery(WHOLE, cameras=frozenset({stored[0].read.camera}))
    steps = list(read_store.stream(query, Order.NEWEST))
    progress = [step for step in steps if isinstance(step, SearchProgress)]
    assert [(step.done, step.parts) for step in progress] == [(done, DAYS) for done in range(DAYS + 1)]
    stream = read_store.stream(query, Order.NEWEST)
    assert isinstance(next(stream), SearchProgress)
    stream.close()
    assert list(stream) == []


@pytest.mark.parametrize("text", ["*", "?*", "A*", "*7*", "A?1*", "?" * 7, "*" * 16])
def test_a_pattern_that_fits_nearly_everything_is_refused_with_advice(
    text: str, read_store: ReadStore
) -> None:
    query = ReadQuery(WHOLE, PlateQuery(text, PlateMatch.PARTIAL))
    assert "known characters" in why_too_broad(query)
    with pytest.raises(BadQuery, match="known characters"):
        read_store.page(query, Order.NEWEST, None, 10)
    beside_a_camera = replace(query, cameras=frozenset({"I-25 north"}))
    assert why_too_broad(beside_a_camera) == ""


def test_a_query_about_everybody_everywhere_is_refused_with_advice() -> None:
    assert "Enter a plate" in why_too_broad(ReadQuery(WHOLE))
    assert "Enter a plate" in why_too_broad(ReadQuery(WHOLE, colors=frozenset({"red"})))
    assert "smaller" in why_too_broad(ReadQuery(WHOLE, area=Box(31, -110, 37, -103)))
    month = Span(FIRST, FIRST + timedelta(days=90))
    assert "smaller" in why_too_broad(ReadQuery(month, area=Box(34, -107, 35, -106)))


@pytest.mark.parametrize(
    "text",
    ["", "A" * 40, "AB%", "AB_1", "AB'1", "[AB]", "AB 1", "ab1", "AB\N{LATIN SMALL LETTER LONG S}", "A\n"],
)
@pytest.mark.parametrize("match", PlateMatch)
def test_what_is_no_plate_is_no_query(text: str, match: PlateMatch) -> None:
    with pytest.raises(BadQuery):
        PlateQuery(text, match)


@pytest.mark.both_databases
def test_a_box_across_the_180th_meridian_finds_both_its_sides(read_store: ReadStore) -> None:
    reads = [
        read
        for lon in (179.95, -179.95, 179.5)
        for read in made_reads(3, FIRST, 1, Random(int(lon)), position=(51.9, lon))
    ]
    read_store.append(FIRST.date(), reads)
    query = ReadQuery(WHOLE, area=Box(51.8, 179.9, 52.0, -179.9))
    rows = read_store.page(query, Order.NEWEST, None, 50).rows
    assert {row.lon for row in rows} == {179.95, -179.95}
    assert len(rows) == 6


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.8/scope")
def test_a_query_of_nobodys_reads_finds_nothing(stored: list[StoredRead], read_store: ReadStore) -> None:
    for query in (ReadQuery(WHOLE), ReadQuery(WHOLE, PlateQuery("ABC123"))):
        page = read_store.page(replace(query, readers=frozenset()), Order.NEWEST, None, 10)
        assert page == ReadPage((), None)


@pytest.mark.both_databases
def test_a_query_names_no_more_than_a_statement_may_have(
    stored: list[StoredRead], read_store: ReadStore
) -> None:
    names = frozenset(f"Camera {number}" for number in range(9_990))
    day = Span(FIRST, FIRST + timedelta(days=1))
    query = ReadQuery(day, PlateQuery("ABC123"), cameras=names)
    expected = read_store.count(replace(query, cameras=frozenset()), 600).reads
    assert read_store.count(query, 600).reads == expected > 0
    many = replace(query, readers=frozenset(f"reader-{number}" for number in range(11)))
    assert "Choose fewer" in why_too_broad(many)
    with pytest.raises(BadQuery, match="Choose fewer"):
        read_store.count(many, 600)
    by_camera = ReadQuery(day, cameras=names)
    rows = read_store.page(by_camera, Order.NEWEST, None, 600).rows
    assert len(rows) == read_store.count(by_camera, 600).reads > 0


@pytest.mark.both_databases
def test_the_batches_of_a_long_history_grow_up_to_a_bound(
    stored: list[StoredRead], read_store: ReadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "plateward.field.reads.store." + (
        "day_search" if connection.vendor == "sqlite" else "period_search"
    )
    monkeypatch.setattr(f"{module}.LARGEST_BATCH", 4)
    asked: list[int] = []

    def listening(at: Any, name: str) -> None:
        ask = getattr(at, name)

        def heard(*arguments: Any, **named: Any) -> Any:
            rows = ask(*arguments, **named)
            asked.append(len(rows))
            return rows

        monkeypatch.setattr(at, name, heard)

    if isinstance(read_store, SqlcipherStore):
        listening(read_store, "select")
    else:
        listening(import_module(module), "rows_of")
    query = ReadQuery(Span(FIRST, FIRST + timedelta(days=1)), PlateQuery("ABC*", PlateMatch.PARTIAL))
    monkeypatch.setattr(f"{module}.BATCH", 1)
    rows = list(read_store.search(query, Order.NEWEST).rows(None, 1))
    assert rows
    assert asked[:3] == [1, 4, 4]
    assert max(asked) == 4
