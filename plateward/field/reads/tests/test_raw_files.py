"""What was destroyed is in no raw file: not in a free page, a journal, or a table's file that was dropped."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from plateward.field.reads.store import ReadKey, StoredRead
from plateward.field.reads.store.partitions import day_tables
from plateward.field.reads.tests.homes import Home, end
from plateward.field.reads.tests.made import made_read
from plateward.ground.vault.files import read_private

pytestmark = [pytest.mark.clause("6.h.ii/destruction", "MP-6/erased"), pytest.mark.both_databases]
DAY = date(2026, 1, 7)
NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)
GONE, KEPT = "GONE5432", "KEPT9876"


def a_read(home: Home, plate: str) -> StoredRead:
    """With two images that name it."""
    images = home.segments.append(DAY, [f"{name} of {plate}".encode() * 50 for name in ("context", "plate")])
    read = replace(made_read(plate, NOON, 1, Random(1)), context=images[0], plate_image=images[1])
    home.store.append(DAY, [read])
    return read


def raw_bytes(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "postgresql", reason="about files")
def test_nothing_is_left_of_a_destroyed_read_clear_or_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.open(tmp_path).used(monkeypatch)
    gone, kept = a_read(home, GONE), a_read(home, KEPT)
    data = tmp_path / "data"
    image = (data / "images" / gone.context.object).read_bytes()[gone.context.offset + 8 :][
        : gone.context.length - 8
    ]
    page = (data / f"reads/{DAY}.db-wal").read_bytes()[
        56 : 56 + 4_096
    ]  # behind the headers of file and frame
    sealed = [image, page, read_private(data / f"days/{DAY}.key")]
    assert all(part in raw_bytes(tmp_path) for part in sealed)
    end(DAY, {kept.read.id})
    stored = home.store.get(ReadKey(DAY, kept.read.id))
    assert stored
    assert home.segments.read(stored.context) == b"context of KEPT9876" * 50
    raw = raw_bytes(tmp_path)
    for part in (*sealed, GONE.encode(), KEPT.encode(), gone.read.id.bytes):
        assert part not in raw


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="about the server's own files")
def test_the_servers_files_have_no_destroyed_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its write-ahead log has what was written until it is recycled, and its statistics have some plates
    (docs/decisions/0109)."""
    home = Home.open(tmp_path).used(monkeypatch)
    gone, kept = a_read(home, GONE), a_read(home, KEPT)
    assert home.keys.with_reads() == {DAY}
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        [server] = cursor.fetchone()
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        [number] = cursor.fetchone()
        folder = Path(server, "base", str(number))
        cursor.execute("SELECT pg_relation_filepath('pg_statistic')")
        [statistics] = cursor.fetchone()

    def of_server() -> tuple[bytes, ...]:
        """What its tables and indexes have, its own statistics apart."""
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return tuple(
            b"".join(path.read_bytes() for path in paths if (path.name == Path(statistics).name) == own)
            for own in (False, True)
        )

    if not folder.is_dir() or GONE.encode() not in of_server()[0]:
        pytest.skip(f"the server's files cannot be read from here: {folder}")
    with connection.cursor() as cursor:
        for name in sorted(chain(*day_tables()[DAY].values())):
            cursor.execute(f"ANALYZE {name}")  # as a site's autovacuum does
    end(DAY, {kept.read.id})
    tables, own = of_server()
    assert KEPT.encode() in tables
    assert GONE.encode() not in tables
    assert gone.read.id.bytes not in tables
    assert gone.body not in tables + own
    end(DAY, set())
    assert KEPT.encode() not in of_server()[0]
    assert DAY not in home.store.days()  # other tests of the run have days of their own
