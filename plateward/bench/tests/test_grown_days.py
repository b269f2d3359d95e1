"""A day of the benchmark's reads that PostgreSQL makes many times as many."""

from random import Random

import pytest
from django.db import connection

from plateward.bench.grown_days import TIMES, grow_day
from plateward.bench.made_traffic import DATES, WHOLE, MadeTraffic
from plateward.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery
from plateward.reads.store import configured_store

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="done within PostgreSQL"),
]
DAY = DATES[0]


def test_each_read_comes_again_as_another_vehicles() -> None:
    store, [reads] = configured_store(), MadeTraffic(30 * len(DATES)).reads_of(DAY, 30)
    store.append(DAY, reads)
    for step in range(2):
        before = set(store.plates(DAY))
        assert grow_day(DAY, step) == 30 * TIMES**step * (TIMES - 1)
        assert len(set(store.plates(DAY))) > 0.9 * TIMES * len(before)
    plates = set(store.plates(DAY))
    assert {stored.read.plate for stored in reads} < plates
    for plate in Random(7).sample(sorted(plates), 100):
        for match in (PlateMatch.EXACT, PlateMatch.FOLDED, PlateMatch.PARTIAL):
            query = ReadQuery(WHOLE, PlateQuery(plate, match))
            assert store.page(query, Order.NEWEST, None, 50).rows, plate
