"""What intake is measured beside: a bare Starlette handler that makes a batch as durable as intake does, and does
nothing else: no signature, rule, match or log.

The images are sealed and the reads stored by the same vault and store, with their own commits. What intake settles in a
transaction goes in one transaction to tables without keys or triggers, shaped like intake's: rows of the same bytes
(a batch, an entry of the log), and the same rows updated (reader, its whereabouts, the log's tree)."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import django
import msgspec

from plateward.core.loading import freeze, hold
from plateward.ground.wire import encode
from plateward.ground.wire.batch import Batch, Receipt, decode_batch
from plateward.ground.wire.read import Read

COPIED = {  # the table of its own: intake's, and which of its rows
    "bare_batch": "reads_batch LIMIT 1",
    "bare_entry": "audit_entry WHERE event = 'batch.receive' LIMIT 1",
    "bare_reader": "fleet_reader",
    "bare_whereabouts": "alerts_whereabouts",
    "bare_tree": "audit_tree",
}
INSERTED = "bare_batch", "bare_entry"
UPDATED = (
    "UPDATE bare_whereabouts SET lat = lat + 1 WHERE reader_id = (SELECT id FROM bare_reader WHERE name = %s)",
    "UPDATE bare_reader SET reads = reads + 1, last_seen_at = CURRENT_TIMESTAMP WHERE name = %s",
)


def make_tables() -> None:
    """Once intake has received a batch of each reader."""
    from django.db import connection

    with connection.cursor() as cursor:
        for own, rows in COPIED.items():
            cursor.execute(f"CREATE TABLE {own} AS SELECT * FROM {rows}")  # noqa: S608  # constants


@lru_cache
def _row(table: str) -> tuple[str, tuple[Any, ...]]:
    """The statement that inserts a row there, and the values that intake gave one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 1")  # noqa: S608  # constants
        row = cursor.fetchone()
    return f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})", tuple(row)  # noqa: S608


def store_batch(body: bytes, reader: str) -> Receipt:
    """Make its reads, images and rows durable. Raises WireError if it is no batch."""
    from django.db import connection, transaction

    from plateward.field.reads.images import image_segments
    from plateward.field.reads.store import StoredRead, configured_store
    from plateward.ground import clock

    batch, now = decode_batch(body), clock.now()
    reads = [msgspec.msgpack.decode(signed.body, type=Read) for signed in batch.reads]
    day = reads[0].captured_at.date()
    images = [image for read in reads for image in _images(batch, read)]
    places = image_segments().append(day, images)
    stored = [
        StoredRead(
            read,
            signed.body,
            signed.signature,
            reader,
            now,
            context=places[2 * i],
            plate_image=places[2 * i + 1],
        )
        for i, (read, signed) in enumerate(zip(reads, batch.reads, strict=True))
    ]
    configured_store().append(day, stored)
    with transaction.atomic(), connection.cursor() as cursor:
        for table in INSERTED:
            cursor.execute(*_row(table))
        for statement in UPDATED:
            cursor.execute(statement, [reader])
        cursor.execute("UPDATE bare_tree SET size = size + 1")
    return Receipt(batch=batch.id, accepted=[read.id for read in reads], duplicates=[], rejected=[])


def _images(batch: Batch, read: Read) -> tuple[bytes, bytes]:
    return batch.images[read.context_sha256], batch.images[read.plate_sha256]


def listener() -> Any:
    """The handler behind a door of its own, for granian."""
    hold()
    os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_devices"
    django.setup(set_prefix=False)

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from plateward.ground.wire.request import CERTIFICATE_KEY
    from plateward.serve.behind_door import behind_door
    from plateward.serve.intake import THREADS

    threads = ThreadPoolExecutor(THREADS)  # as many as intake has, each with its connection to the database

    async def receive(request: Request) -> Response:
        body, reader = await request.body(), request.scope[CERTIFICATE_KEY]
        receipt = await asyncio.get_running_loop().run_in_executor(threads, store_batch, body, reader)
        return Response(encode(receipt), media_type="application/msgpack")

    application = behind_door(Starlette(routes=[Route("/v1/batches", receive, methods=["POST"])]))
    freeze()
    return application


def __getattr__(name: str) -> Any:
    """`application`, made when granian asks for it: who only calls `store_batch` has Django set up already."""
    if name == "application":
        return listener()
    raise AttributeError(name)
