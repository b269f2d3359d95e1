"""The handler that intake is measured beside really makes reads durable, and a refusal never counts as fast."""

import os
import time
from collections.abc import Callable

import pytest
from django.db import connection

from plateward.bench import bare
from plateward.bench.intake import pictures, require_accepted
from plateward.bench.processor import child_running, processor_s
from plateward.field.reads.images import image_segments
from plateward.field.reads.store import ReadKey, configured_store
from plateward.ground.errors import PlatewardError
from plateward.ground.wire import encode
from plateward.ground.wire.batch import ReadRejection, Receipt
from plateward.testing.roadside import enroll_reader

pytestmark = pytest.mark.django_db(transaction=True)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # constants
        return int(cursor.fetchone()[0])


@pytest.fixture
def tables() -> object:
    yield None
    with connection.cursor() as cursor:
        for table in bare.COPIED:
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
    bare._row.cache_clear()


def test_the_bare_handler_makes_the_same_images_reads_and_rows_durable(tables: object) -> None:
    roadside = enroll_reader()
    roadside.send(roadside.photo())
    bare.make_tables()
    photo = roadside.photo("XYZ789", image=pictures()[1])
    receipt = bare.store_batch(encode(roadside.batch(photo)), roadside.name)
    assert receipt.accepted == [photo.read.id]
    stored = configured_store().get(ReadKey(photo.read.captured_at.date(), photo.read.id))
    assert stored is not None
    assert stored.read == photo.read
    assert image_segments().read(stored.context) == photo.context
    assert image_segments().read(stored.plate_image) == photo.plate
    assert [count(table) for table in bare.INSERTED] == [2, 2]  # intake's own, and a copy
    for table in bare.COPIED:  # one row changed, or one more
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")  # constants
            rows = cursor.fetchall()
        assert rows, table
    with connection.cursor() as cursor:
        cursor.execute("SELECT reads FROM bare_reader")
        assert cursor.fetchall() == [(2,)]


def test_every_row_that_intake_writes_is_among_those_of_the_bare_handler(
    django_assert_num_queries: Callable[..., object], tables: object
) -> None:
    """A table that intake comes to write, and the bare handler does not, would make it look slow for nothing."""
    from django.test.utils import CaptureQueriesContext

    roadside = enroll_reader()
    for _ in range(2):  # the first is the reader's first contact
        photo = roadside.photo()
        with CaptureQueriesContext(connection) as asked:
            roadside.send(photo)
    words = [
        query["sql"].replace('"', "").removeprefix("1 times: ").split() for query in asked.captured_queries
    ]
    written = {each[1] for each in words if each[0] == "UPDATE"} | {
        each[2] for each in words if each[0] == "INSERT"
    }
    here = {table.split()[0] for table in bare.COPIED.values()}
    stores = {table for table in written if table.startswith("reads_") and table != "reads_batch"}
    assert written - stores == here


def test_a_read_that_is_not_accepted_ends_the_measurement() -> None:
    roadside = enroll_reader()
    batch = roadside.batch(roadside.photo())
    refused = Receipt(batch.id, [], [], [ReadRejection(None, "no")])
    with pytest.raises(PlatewardError, match="Of 1 reads 0"):
        require_accepted(batch, refused)


def test_processor_time_is_that_of_a_process_and_what_it_started() -> None:
    began, before = time.process_time(), processor_s(os.getpid())
    while time.process_time() - began < 0.2:
        pass
    assert processor_s(os.getpid()) - before >= 0.1
    with pytest.raises(LookupError):
        child_running(os.getpid(), "plateward-nothing-like-it")
