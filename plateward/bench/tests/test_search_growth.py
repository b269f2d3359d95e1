"""A day of the benchmark's reads that PostgreSQL makes many times as many."""

import pytest
from django.db import connection

from plateward.bench.made_traffic import DATES, WHOLE, MadeTraffic
from plateward.bench.search_growth import grow_day
from plateward.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery
from plateward.reads.store.postgres import PostgresStore

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="done within PostgreSQL"),
]
DAY = DATES[0]


def test_each_read_comes_again_as_another_vehicles() -> None:
    store, [reads] = PostgresStore(), MadeTraffic(60 * len(DATES)).reads_of(DAY, 60)
    store.append(DAY, reads)
    assert grow_day(DAY, 4) == 180
    plates = set(store.plates(DAY))
    assert len(plates) == 4 * len({stored.read.plate for stored in reads})
    for plate in plates:
        for match in (PlateMatch.EXACT, PlateMatch.PARTIAL):
            query = ReadQuery(WHOLE, PlateQuery(plate, match))
            assert store.page(query, Order.NEWEST, None, 50).rows, plate
    assert grow_day(DAY, 4) == 0
