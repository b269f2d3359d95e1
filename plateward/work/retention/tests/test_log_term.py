"""The audit log's term: at least a year, as long as the data that it speaks of; and nothing ends it sooner."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

import plateward
from plateward.core.audit import cli
from plateward.core.audit.models import AuditEntry
from plateward.people.permissions import Permission
from plateward.people.testing import person, signed_in
from plateward.work.retention.evidence import facts
from plateward.work.retention.rules import Covers, Term, first_schedule, log_days
from plateward.work.retention.tests.conftest import Agency

pytestmark = pytest.mark.clause("AU-11/term")
ROOT = Path(plateward.__file__).parent
AFTER = {"tests", "testing", "bench", "simulators", "demo"}
# Of the log's own rows, and of what only repeats them.
ROWS = {"AuditEntry", "Tree", "Head", "Tile", "Mention"}
COMMANDS = {
    "export_log",
    "head_of_log",
    "checkpoint_of_log",
    "prove",
    "verify_export",
    "accept",
}
# An append moves the tree on, and its trigger lets it only grow. Beside the log is what it last said of each record.
STATEMENT = re.compile(
    r"\b(DELETE\s+FROM|TRUNCATE|DROP\s+TABLE|REPLACE\s+INTO)\s+\W?audit_(?!change\b|record\b)|\bUPDATE\s+\W?audit_(?!tree\b)",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("days", "least"),
    [(30, 365), (364, 365), (366, 366), (36_500, 36_500)],
)
def test_the_log_is_kept_a_year_and_never_shorter_than_what_it_speaks_of(days: int, least: int) -> None:
    assert log_days([*first_schedule(30), Term(Covers.HITS, days, "NMAC 1.21.2.507")]) == least


def removals(source: str) -> Iterator[int]:
    """Lines that remove or change entries of the log."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.search(node.value):
            yield node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names = {part.id for part in ast.walk(node.func) if isinstance(part, ast.Name)}
            if node.func.attr in ("delete", "_raw_delete", "update", "bulk_update") and names & ROWS:
                yield node.lineno


def test_no_command_job_or_migration_removes_or_changes_an_entry() -> None:
    assert list(removals("AuditEntry.objects.filter(at__lt=since).delete()")) == [1]
    assert list(removals("cursor.execute('DELETE FROM audit_entry WHERE sequence < 9')")) == [1]
    files = [file for file in ROOT.rglob("*.py") if not AFTER & {*file.relative_to(ROOT).parts}]
    assert len(files) > 500
    found = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in removals(file.read_text())]
    assert found == []


def test_the_logs_commands_only_read_sign_and_accept_and_no_role_may_remove() -> None:
    assert {
        command.callback.__name__ for command in cli.app.registered_commands if command.callback
    } == COMMANDS
    assert {item.value for item in Permission if item.startswith("audit.")} == {
        "audit.export",
        "audit.review",
        "audit.view",
    }


@pytest.mark.django_db
def test_django_own_commands_empty_none_of_its_tables() -> None:
    emptied = set(connection.introspection.django_table_names())
    assert emptied
    assert not {"audit_entry", "audit_head", "audit_tree"} & emptied


@pytest.mark.both_databases
def test_retention_leaves_every_entry_however_late_it_runs(agency: Agency) -> None:
    before = list(AuditEntry.objects.order_by("sequence").values_list("sequence", "event", "sealed"))
    for days in (40, 400):
        agency.run(days)
    assert not agency.stored(), "the reads are gone"
    after = AuditEntry.objects.order_by("sequence").values_list("sequence", "event", "sealed")
    assert [(*row[:2], bytes(row[2])) for row in after[: len(before)]] == [
        (*row[:2], bytes(row[2])) for row in before
    ]


@pytest.mark.django_db
def test_the_page_of_retention_and_the_report_name_the_term() -> None:
    page = signed_in(person("gloria")).get("/retention/").content.decode()
    assert "The audit log: at least 365 days" in page
    [fact] = [fact for fact in facts() if fact.rows == ("AU-11",)]
    assert fact.figures["days"] == 365
    assert fact.route == "retention:index"
