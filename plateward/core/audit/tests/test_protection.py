"""The log in the database: nobody changes it, nobody reads its reasons there, and a change shows."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from typer.testing import CliRunner

from plateward.core.audit import cli
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry

pytestmark = pytest.mark.both_databases


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def entry(ada: Actor, new_entries: Callable[[], list[AuditEntry]]) -> AuditEntry:
    record(ada, Event.ALERT_CONFIRM, "alert:7", reason="Amber alert in Socorro")
    sign_head()
    return new_entries()[0]


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/append", "AU-11/term")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET actor_id = 'begay'",
        "DELETE FROM audit_entry",
        "UPDATE audit_head SET at = ''",
        "DELETE FROM audit_head",
        "UPDATE audit_tree SET size = 0",
        "UPDATE audit_tree SET id = 2, size = size + 1",
        "DELETE FROM audit_tree",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(entry: AuditEntry, change: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(change)
    assert AuditEntry.objects.get(pk=entry.pk).actor_id == "archuleta"


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/append", "AU-11/term")
def test_the_databases_own_ways_round_are_closed_too(entry: AuditEntry) -> None:
    if connection.vendor == "sqlite":
        ways = [
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
            for table in ("audit_entry", "audit_head", "audit_tree")
        ]
    else:
        ways = [f"TRUNCATE {table} CASCADE" for table in ("audit_entry", "audit_head", "audit_tree")]
        run("SET LOCAL session_replication_role = replica")
    for way in ways:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run(way)


@pytest.mark.clause("AU-9/append", "AU-11/term")
def test_no_command_changes_the_log_or_takes_it_away(entry: AuditEntry, tmp_path: Path) -> None:
    before = entry.line()
    with suppress(CommandError), transaction.atomic():
        call_command("flush", interactive=False)  # of all commands the one that empties tables
    loader = MigrationLoader(connection)
    first = loader.get_migration("audit", "0001_initial")
    assert not all(operation.reversible for operation in first.operations), "nobody migrates back before it"
    exported = str(tmp_path / "log.jsonl")
    tried = {
        "export": [exported],
        "head": [],
        "checkpoint": [],
        "prove": [str(entry.pk), str(tmp_path / "proof")],
        "verify": [exported],
        "accept-restore": ["--reason", "For a test."],
    }
    assert set(tried) == {command.name for command in cli.app.registered_commands}
    for name, arguments in tried.items():
        CliRunner().invoke(cli.app, [name, *arguments])
    assert Path(exported).stat().st_size
    assert AuditEntry.objects.get(pk=entry.pk).line() == before


@pytest.mark.clause("6.i.i/aes", "SC-28/data")
def test_reasons_lie_sealed_in_the_database(entry: AuditEntry) -> None:
    assert b"Socorro" not in bytes(entry.sealed)
    assert b"Socorro" in entry.line()


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
@pytest.mark.parametrize(
    ("column", "value"),
    [("actor_id", "begay"), ("object", "alert:8"), ("outcome", "refused"), ("sealed", bytes(300))],
)
def test_an_entry_altered_behind_the_triggers_shows(entry: AuditEntry, column: str, value: object) -> None:
    assert entry.leaf is not None
    altered = AuditEntry.objects.get(pk=entry.pk)
    setattr(altered, column, value)
    assert altered.leaf is None


def test_a_leaf_moved_to_another_entry_shows(ada: Actor, entry: AuditEntry) -> None:
    record(ada, Event.ALERT_CONFIRM, "alert:7", reason="Amber alert in Socorro")
    other = AuditEntry.objects.get(pk=entry.pk + 1)
    other.sealed = entry.sealed
    assert other.leaf is None
