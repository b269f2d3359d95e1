"""A day's reads that are gone without having been destroyed are named, never left out."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.core.audit.models import AuditEntry
from plateward.field.reads import integrity, losses
from plateward.field.reads.models import LossAcknowledgment
from plateward.field.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery, ReadSummary, Span
from plateward.field.reads.store import ReadKey, ReadStore
from plateward.field.reads.store.away import DayLost
from plateward.field.reads.store.partitions import TABLES, number_of
from plateward.field.reads.store.sqlcipher import SqlcipherStore
from plateward.field.reads.tests.made import made_reads
from plateward.ground import clock
from plateward.ground.vault.day_keys import DayKeys
from plateward.people.notices.models import Notice
from plateward.people.testing import person
from plateward.testing.destruction import destroy_day

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.j.i/proven"), pytest.mark.both_databases]
on_sqlcipher = pytest.mark.skipif(connection.vendor == "postgresql", reason="about files")
on_postgresql = pytest.mark.skipif(connection.vendor == "sqlite", reason="about partitions")
FIRST = datetime(2026, 7, 1, tzinfo=UTC)
GONE = FIRST.date() + timedelta(days=1)
QUERY = ReadQuery(Span(FIRST, FIRST + timedelta(days=3)), PlateQuery("*BC1*", PlateMatch.PARTIAL))


def lose(home: Path, day: date) -> None:
    """Behind the hub's back."""
    if connection.vendor == "sqlite":
        (home / "reads" / f"{day}.db").unlink()
        return
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE {table}_{number_of(day)}")


@pytest.mark.clause("6.b.i.9/entries")
def test_a_day_that_is_gone_is_named_reported_once_and_nothing_is_answered_without_it(
    tmp_path: Path, read_store: ReadStore, keys: DayKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = {number: made_reads(60, FIRST + timedelta(days=number), 1, Random(number)) for number in range(3)}
    for own in reads.values():
        read_store.append(own[0].day, own)
    gloria = person("gloria")
    for module in (losses, integrity):
        monkeypatch.setattr(module, "configured_store", lambda: read_store)
    monkeypatch.setattr(integrity, "day_keys", lambda: keys)
    assert losses.report_lost_days() == 0
    lose(tmp_path, GONE)
    stream, rows = read_store.stream(QUERY, Order.NEWEST), []
    with pytest.raises(DayLost, match=f"The reads of {clock.format_day(GONE)} are missing"):
        rows += [step for step in stream if isinstance(step, ReadSummary)]
    for ask in (
        lambda: read_store.page(QUERY, Order.NEWEST, None, 500),
        lambda: read_store.count(QUERY, 500),
        lambda: read_store.last_seen(QUERY, 500),
        lambda: read_store.get(ReadKey(GONE, reads[1][0].read.id)),
        lambda: list(read_store.plates(GONE)),
        lambda: list(read_store.of_plates(GONE, ["ABC123"])),
        lambda: read_store.append(GONE, reads[1][:1]),  # a new file would hide the loss
        lambda: read_store.raw_rows(GONE, b"", 20),
        lambda: read_store.counts(GONE),
        lambda: read_store.stored_ids(GONE, [reads[1][0].read.id]),
    ):
        with pytest.raises(DayLost, match=clock.format_day(GONE)):
            ask()
    for look in (integrity.check_reads, integrity.check_images):
        problems = [
            fault.problem for step in look("") for fault in step.faults if fault.object == f"reads of {GONE}"
        ]
        assert problems == [str(DayLost(GONE))]
        assert [fault.problem for fault in next(look(f"{GONE}:")).faults] == problems
    assert integrity._missing({reads[1][0].read.id}) == {reads[1][0].read.id}
    assert GONE in read_store.days()
    after = ReadQuery(Span(FIRST + timedelta(days=2), FIRST + timedelta(days=3)), QUERY.plate)
    assert read_store.page(after, Order.NEWEST, None, 500).rows
    assert [losses.report_lost_days(), losses.report_lost_days()] == [1, 0]
    assert clock.format_day(GONE) in Notice.objects.get(to=gloria).text
    assert AuditEntry.objects.filter(event="read.lose").count() == 1
    taken = UUID(int=int((FIRST + timedelta(days=1, hours=12)).timestamp()) * 1000 << 80 | 7 << 76 | 2 << 62)
    assert integrity._missing({taken}) == {taken}
    LossAcknowledgment.objects.create(day=GONE, text=str(DayLost(GONE)), reason="No backup.", by=gloria)
    known = losses.acknowledged_losses()
    assert integrity._missing({taken}, known) == set()
    half_a_minute_before = int(FIRST.timestamp() + 86_370) * 1000
    removed = UUID(int=half_a_minute_before << 80 | 7 << 76 | 2 << 62)
    assert integrity._missing({removed}, known) == {removed}
    for look in (integrity.check_reads, integrity.check_images):
        assert not any(fault.object == f"reads of {GONE}" for step in look("") for fault in step.faults)
    with pytest.raises(DayLost):  # which whoever asks still hears
        read_store.counts(GONE)
    destroy_day(keys, GONE)
    assert losses.report_lost_days() == 0
    assert read_store.page(QUERY, Order.NEWEST, None, 500).rows


@on_postgresql
def test_a_day_has_reads_once_they_are_committed(
    keys: DayKeys, read_store: ReadStore, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        read_store.append(GONE, made_reads(3, FIRST + timedelta(days=1), 1, Random(1)))
        assert not keys.has_reads(GONE)
    assert keys.has_reads(GONE)


@on_sqlcipher
def test_a_file_that_was_removed_or_replaced_is_not_read_any_more(
    tmp_path: Path, read_store: ReadStore, keys: DayKeys
) -> None:
    """An open connection would still read it, and a new one would make it again, empty."""
    assert isinstance(read_store, SqlcipherStore)
    day, (known, other) = FIRST.date(), made_reads(2, FIRST, 1, Random(1))
    read_store.append(day, [known])
    (keys.directory / f"{day}.reads").unlink()  # as if it had none
    SqlcipherStore(tmp_path / "other", keys).append(day, [other])
    with read_store._pool.connection(day) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "reads" / f"{day}.db"
    for part in tmp_path.glob(f"reads/{day}.db*"):
        part.unlink()
    with pytest.raises(sqlcipher.OperationalError, match="unable to open"), read_store._pool.connection(day):
        pass
    assert not path.exists()
    for part in tmp_path.glob(f"other/{day}.db*"):
        part.rename(tmp_path / "reads" / part.name)
    assert read_store.stored_ids(day, [known.read.id, other.read.id]) == {other.read.id}
