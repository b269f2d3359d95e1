"""Exporting the log from the hub."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from plateward.core.audit import export as exporting
from plateward.core.audit import log_reader
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export import ExportedLog, write_export
from plateward.core.audit.heads import latest_head, sign_head
from plateward.core.audit.log import LogUnavailable, record
from plateward.core.audit.log_reader import LogDamaged
from plateward.core.audit.models import COLUMNS, AuditEntry, Head, Tree
from plateward.core.audit.verify import verify_log
from plateward.core.audit.witnesses.cosigned import cosigned_note
from plateward.ground import clock
from plateward.ground.errors import PlatewardError


def quiet(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def log(ada: Actor, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_reader, "CHUNK", 3)
    for i in range(7):
        record(ada, Event.IMAGE_VIEW, f"read:{i}", reason="Amber alert")


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.7/lists", "6.b.i.9/read", "6.b.i.9/sealed", "AU-2/itself", "AU-3/bytes")
def test_an_export_holds_all_entries_its_own_too_and_proves_itself(
    ada: Actor, log: None, tmp_path: Path, new_entries: Callable[[], list[AuditEntry]]
) -> None:
    path = tmp_path / "log.jsonl"
    progress: list[tuple[int, int]] = []
    earlier = sign_head()
    signed = write_export(ada, path, lambda done, total: progress.append((done, total))).signed

    proven = verify_log(path, signed.key, earlier)
    *_, own, end = new_entries()
    assert proven.entries == AuditEntry.objects.count() - 1
    assert progress[-1] == (proven.entries, proven.entries)
    assert (own.event, end.event, end.object) == ("audit.export", "export.end", "file:log.jsonl")
    assert end.leaf
    left = path.read_bytes()
    assert end.leaf.details == {"bytes": len(left), "sha256": sha256(left).hexdigest(), "whole": True}
    assert b"Amber alert" in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["log.jsonl"]


@pytest.mark.clause("6.b.i.9/read")
def test_of_what_is_older_than_a_day_one_head_an_hour_is_exported(
    ada: Actor, db: None, tmp_path: Path
) -> None:
    now, begin = clock.now(), Tree.objects.get().size
    older = (now - timedelta(days=3)).replace(minute=0)
    signed_at = [older + timedelta(minutes=minute) for minute in (0, 10, 20, 70)]
    signed_at += [now - timedelta(minutes=minute) for minute in (2, 1)]
    for at in signed_at:
        with clock.set_to(at):
            record(ada, Event.IMAGE_VIEW, "read:1")
            sign_head()
    path = tmp_path / "log.jsonl"
    signed = write_export(ada, path, quiet).signed
    heads = [
        json.loads(line)["head"] for line in path.read_bytes().split(b"\n") if line.startswith(b'{"head"')
    ]
    assert [head["size"] - begin for head in heads if head["size"] > begin] == [1, 4, 5, 6, 7]
    assert verify_log(path, signed.key).entries == signed.head.size


@pytest.mark.both_databases
def test_nothing_is_exported_when_the_export_cannot_be_recorded(
    ada: Actor, log: None, broken_log: None, tmp_path: Path
) -> None:
    with (
        pytest.raises(LogUnavailable),
        transaction.atomic(),
    ):  # PostgreSQL survives an error only in a savepoint
        write_export(ada, tmp_path / "log.jsonl", quiet)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(ada: Actor, log: None, tmp_path: Path) -> None:
    with pytest.raises(PlatewardError, match="No such file or directory"):
        write_export(ada, tmp_path / "none" / "log.jsonl", quiet)


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
@pytest.mark.parametrize("damage", ["altered", "missing", "swapped"])
def test_a_damaged_log_is_reported_and_not_exported(
    ada: Actor, log: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """What the database's owner could do behind the triggers, here by what the query returns."""
    whole = list(AuditEntry.objects.all())
    at = len(whole) - 2
    if damage == "altered":
        whole[at].sealed = bytes(100)
    elif damage == "missing":
        del whole[at]
    else:
        whole[at].sealed, whole[at - 1].sealed = whole[at - 1].sealed, whole[at].sealed

    class Damaged:
        def filter(self, sequence__gte: int = 0, sequence__lt: int = 0, event: str = "") -> list[AuditEntry]:
            return [entry for entry in whole if sequence__gte <= entry.sequence < sequence__lt]

    signed = sign_head()
    monkeypatch.setattr(AuditEntry, "objects", Damaged())
    problem = {
        "altered": "was altered or moved",
        "missing": f"entry {at} is missing",
        "swapped": "altered or moved",
    }
    with pytest.raises(LogDamaged, match=problem[damage]):
        exporting._write_file(tmp_path / "log.jsonl", ExportedLog(signed, cosigned_note(signed)), quiet)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.clause("AU-9/found")
def test_a_head_is_signed_once_for_each_size(ada: Actor, log: None) -> None:
    first = sign_head()
    assert sign_head() == first == latest_head()
    assert first.signed_by(first.key)
    record(ada, Event.IMAGE_VIEW, "read:8")
    second = sign_head()
    assert second.head.size == first.head.size + 1
    assert latest_head() == second
    assert Head.objects.filter(size__gte=first.head.size).count() == 2


OTHERS: dict[str, st.SearchStrategy[Any]] = {
    name: st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8) for name in COLUMNS
}
OTHERS["at"] = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
del OTHERS["sequence"]  # altering that moves the entry


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
@pytest.mark.parametrize("column", OTHERS)
@given(data=st.data())
@hypothesis(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_altered_search_column_is_named_and_nothing_is_exported(
    ada: Actor, log: None, tmp_path: Path, column: str, data: st.DataObject
) -> None:
    entry = AuditEntry.objects.order_by("-sequence")[data.draw(st.integers(0, 6))]
    true, value = getattr(entry, column), data.draw(OTHERS[column])
    signed = sign_head()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "DROP TRIGGER audit_entry_no_update"
                if connection.vendor == "sqlite"
                else "ALTER TABLE audit_entry DISABLE TRIGGER USER"
            )
        AuditEntry.objects.filter(pk=entry.pk).update(**{column: value})
        altered = AuditEntry.objects.get(pk=entry.pk)
        assert [difference.column for difference in altered.differing] == ([column] if value != true else [])
        if value != true:
            assert altered.leaf is None
            with pytest.raises(LogDamaged) as named:
                exporting._write_file(
                    tmp_path / "log.jsonl", ExportedLog(signed, cosigned_note(signed)), quiet
                )
            said = f"entry {entry.sequence} were altered, {column} is {value} and was sealed as {true}"
            assert said in str(named.value)
            assert list(tmp_path.iterdir()) == []
        transaction.set_rollback(True)
