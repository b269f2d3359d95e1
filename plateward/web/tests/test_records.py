"""Whoever owns the database, and has no key, writes past the hub: every table, every column that decides."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Field

import plateward
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import EntryDraft, act
from plateward.core.audit.models import AuditEntry, Tree
from plateward.core.audit.records.gate import Kept, wrong_rows
from plateward.core.audit.records.integrity import compare, sums_apart
from plateward.core.audit.records.tables import RecordTable, record_tables
from plateward.core.audit.records.writing import written_by
from plateward.core.audit.recount import upgrade
from plateward.core.jobs.check import Fault
from plateward.core.rooms import declared
from plateward.people.models import District
from plateward.testing.emptying import (
    past_the_hub,
    without_checks,
    without_triggers,
    write,
)

ADA = Actor("person", "archuleta", "Ada Archuleta")
DISTRICTS = "people_district"
both_databases = pytest.mark.both_databases
clause = pytest.mark.clause("6.b.i.9/records", "6.b.i.3/integrity")


def faults(table: str = DISTRICTS) -> list[Fault]:
    return compare(record_tables()[table])[1]


@pytest.fixture
def district(db: None) -> District:
    with act(ADA, Event.PERSON_CREATE, "district:9"):
        return District.objects.create(name="District 9")


@clause
@both_databases
def test_an_entry_has_the_digest_of_each_row_before_and_after(
    district: District,
) -> None:
    assert not faults()
    with act(ADA, Event.PERSON_UPDATE, "district:9") as entry:
        District.objects.filter(pk=district.pk).update(name="District 10")
    ((table, key, before, after),) = [line.split() for line in lines(entry)]
    assert table == DISTRICTS
    with act(ADA, Event.PERSON_UPDATE, "district:9") as last:
        district.delete()
    assert lines(last) == [f"{table} {key} {after} -"]
    assert len(str(entry.details["records"])) == len(str(last.details["records"]))
    assert before not in (after, "-")
    assert not faults()


def lines(entry: EntryDraft) -> list[str]:
    leaf = AuditEntry.objects.filter(event=entry.event).latest("sequence").leaf
    assert leaf
    assert entry.details["records"] == leaf.details["records"]
    return written_by(leaf)


@clause
@both_databases
def test_an_act_that_is_refused_leaves_nothing_to_compare(district: District) -> None:
    def fail() -> None:
        with act(ADA, Event.PERSON_UPDATE, "district:9"):
            District.objects.update(name="District 11")
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert not faults()


@clause
@both_databases
@pytest.mark.parametrize(
    ("attack", "says"),
    [
        ("UPDATE people_district SET name = 'District 1'", "altered past the hub. Entry"),
        ("DELETE FROM people_district", "It is gone"),
        ("INSERT INTO people_district (name) VALUES ('District 2')", "No entry of the log wrote it"),
    ],
)
def test_what_was_written_past_the_hub_is_named_with_the_entry_that_says_otherwise(
    district: District, attack: str, says: str
) -> None:
    with past_the_hub(DISTRICTS):
        write(attack)
    (fault,) = faults()
    assert says in fault.problem
    assert fault.object.startswith("district ")
    if "Entry" in says:
        assert "Ada Archuleta" in fault.problem


@clause
@both_databases
def test_a_sum_that_does_not_open_is_told_and_stops_no_act_and_no_act_makes_it_good(
    district: District,
) -> None:
    kept = sums_apart()
    assert kept == ""
    with without_log_triggers():
        write("UPDATE audit_recordsum SET sealed = %s WHERE of_table = %s", b"forged", DISTRICTS)
        Tree.objects.update(records=b"forged")
    apart = sums_apart()
    with act(ADA, Event.PERSON_UPDATE, "district:9"):
        District.objects.update(name="District 10")
    assert [fault.object for fault in faults()] == ["sums of records"]
    assert sums_apart() == apart != ""


@clause
@pytest.mark.django_db(transaction=True)
@both_databases
@pytest.mark.parametrize("triggers", [True, False])
def test_what_was_written_past_the_hub_is_not_made_good_by_the_next_act_on_it(triggers: bool) -> None:
    with act(ADA, Event.PERSON_CREATE, "district:9"):
        district = District.objects.create(name="District 9")
    with nullcontext() if triggers else without_triggers([DISTRICTS]):
        write("UPDATE people_district SET name = 'District 1'")
    with act(ADA, Event.PERSON_UPDATE, "district:9"):
        District.objects.filter(pk=district.pk).update(name="District 10")
        District.objects.create(name="District 2")
    # Rows of transactional tests before this one were removed past the hub.
    (fault,) = (found for found in faults() if found.object == f"district {district.pk}")
    assert fault.problem.startswith("It was altered past the hub. Entry")


@clause
@pytest.mark.django_db(transaction=True)
@both_databases
def test_a_change_that_somebody_else_tells_of_is_taken_up_by_no_act() -> None:
    """PostgreSQL's transactions have numbers in a row: who knows the next ones writes to each what it is to take up."""
    with act(ADA, Event.PERSON_CREATE, "district:9"):
        District.objects.create(name="District 9")
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current()")
        (number,) = cursor.fetchone()
        told = [(number + later, DISTRICTS, "77", b"forged") for later in range(300)]
        cursor.executemany(
            "INSERT INTO audit_change (act, of_table, key, digest) VALUES (%s, %s, %s, %s)", told
        )
    with act(ADA, Event.PERSON_UPDATE, "district:9") as entry:
        District.objects.create(name="District 2")
    assert [line.split()[:2] for line in lines(entry)] == [[DISTRICTS, str(District.objects.latest("pk").pk)]]
    assert "district 77" not in {found.object for found in faults()}


@clause
@both_databases
def test_rows_that_were_set_back_with_all_that_the_hub_keeps_of_them_are_told(district: District) -> None:
    kept = {table: rows_of(table) for table in ("audit_record", "audit_recordsum", DISTRICTS)}
    with act(ADA, Event.PERSON_UPDATE, "district:9"):
        District.objects.update(name="District 10")
    with past_the_hub(DISTRICTS):
        for table, (columns, rows) in kept.items():
            write(f"DELETE FROM {table}")
            marks = ", ".join(["%s"] * len(columns))
            for row in rows:
                write(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", *row)
    assert [fault.object for fault in faults()] == ["sums of records"]


@clause
@both_databases
def test_a_digest_that_was_taken_from_elsewhere_is_told(district: District) -> None:
    write(
        "UPDATE audit_record SET digest = (SELECT digest FROM audit_record WHERE of_table <> 'people_district' LIMIT 1)"
        " WHERE of_table = 'people_district'"
    )
    assert {fault.object for fault in faults()} == {f"district {district.pk}", "sum of records: district"}


@clause
@both_databases
def test_the_sum_of_another_size_of_the_log_opens_nothing(district: District) -> None:
    before = Tree.objects.get().records
    with act(ADA, Event.PERSON_UPDATE, "district:9"):
        District.objects.update(name="District 10")
    with without_log_triggers():
        Tree.objects.update(records=before)
    assert [fault.object for fault in faults()] == ["sums of records"]


@contextmanager
def without_log_triggers() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER audit_tree_grows"
            if connection.vendor == "sqlite"
            else "ALTER TABLE audit_tree DISABLE TRIGGER grows"
        )
    yield


def rows_of(table: str) -> tuple[list[str], list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return [column[0] for column in cursor.description], cursor.fetchall()


SAMPLES: dict[str, tuple[Any, Any]] = {
    "BooleanField": (False, True),
    "DateField": (date(2026, 7, 1), date(2026, 7, 2)),
    "DateTimeField": (datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)),
    "TimeField": ("10:00", "11:00"),
    "DecimalField": (1.5, 2.5),
    "FloatField": (1.5, 2.5),
    "BinaryField": (b"one", b"two"),
    "JSONField": ([1], [2]),
    "UUIDField": (UUID(int=1), UUID(int=2)),
}


def samples(field: "Field[Any, Any]") -> tuple[Any, Any]:
    """Two values of a column, as the database has them."""
    column: Any = field
    kind = (column.target_field if field.is_relation else field).get_internal_type()
    values = SAMPLES.get(
        kind, ("1", "2") if "Char" in kind or "Text" in kind or "Slug" in kind else (7001, 7002)
    )
    if kind == "UUIDField" and connection.vendor == "sqlite":
        return values[0].hex, values[1].hex
    if kind == "JSONField":
        return json.dumps(values[0]), json.dumps(values[1])
    if kind in ("DateField", "DateTimeField"):
        adapt = getattr(connection.ops, f"adapt_{kind.lower()}_value")
        return adapt(values[0]), adapt(values[1])
    return values


@clause
@both_databases
@pytest.mark.django_db
def test_every_column_that_decides_of_every_table_is_attacked() -> None:
    """Each table gets a row by an act; then the row is altered in each column, removed, and another added, past the
    hub. It is told, and opens no gate: found by introspection, so that a new table or gate is attacked, too."""
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    missed = []
    with without_checks(*record_tables()):
        for name, table in record_tables().items():
            fields = {str(field.column): field for field in models[name]._meta.concrete_fields}
            first, second = ({column: samples(field)[n] for column, field in fields.items()} for n in (0, 1))
            key, other = first[table.key], second[table.key]
            with act(ADA, Event.PERSON_CREATE, "row"):
                insert(name, first)
            assert takers(name, key) == {"the check", "an act", *of_gates(name)}
            with past_the_hub(name):
                for column in table.columns:
                    alter(table, key, column, second[column])
                    now = other if column == table.key else key
                    missed += [f"{name}.{column}: {taker}" for taker in takers(name, now)]
                    alter(table, now, column, first[column])
                insert(name, second)
                missed += [f"{name}, added: {taker}" for taker in takers(name, other)]
                for each in (other, key):
                    write(f'DELETE FROM {name} WHERE "{table.key}" = %s', each)
                missed += [f"{name}, gone: {taker}" for taker in takers(name, key)]
    transaction.set_rollback(True)  # what these rows name is not there
    assert not missed


def takers(name: str, key: Any) -> set[str]:
    """Who takes what the database has of this row for what the log says: Integrity's check, an act on the row, and each
    gate that keeps its table."""
    taken = {
        gate
        for gate, kept in of_gates(name).items()
        if not any(each.wrong.table.name == name for each in kept.read()[1])
    }
    if not faults(name):
        taken.add("the check")
    if not [*wrong_rows(name, [key])]:
        taken.add("an act")
    return taken


def of_gates(name: str) -> dict[str, Kept[Any]]:
    """Those that keep this table. What they make of rows needs those of an agency; which rows they take does not."""
    return {gate: Kept(kept._columns, dict) for gate, kept in every_gate().items() if name in kept._columns}


@cache
def every_gate() -> dict[str, Kept[Any]]:
    root = Path(plateward.__file__).parent
    found = dict[str, Kept[Any]]()
    for path in root.rglob("*.py"):
        if "tests" not in path.parts and "= Kept(" in path.read_text():
            module = ".".join(path.relative_to(root.parent).with_suffix("").parts)
            named = vars(import_module(module)).items()
            found |= {f"{module}.{name}": kept for name, kept in named if isinstance(kept, Kept)}
    return found


def insert(name: str, row: dict[str, Any]) -> None:
    columns, marks = ", ".join(f'"{column}"' for column in row), ", ".join(["%s"] * len(row))
    write(f"INSERT INTO {name} ({columns}) VALUES ({marks})", *row.values())


def alter(table: RecordTable, key: Any, column: str, value: Any) -> None:
    write(f'UPDATE {table.name} SET "{column}" = %s WHERE "{table.key}" = %s', value, key)


@clause
@both_databases
def test_an_upgrade_that_changes_what_decides_counts_anew_on_the_log(
    district: District, recorded: Callable[[str], Leaf], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade()
    assert not AuditEntry.objects.filter(event="audit.recount").exists()
    tables: Any = record_tables()
    monkeypatch.setitem(tables, DISTRICTS, replace(tables[DISTRICTS], columns=("id",)))
    assert faults()
    upgrade()
    assert recorded("audit.recount").details["tables"] == [DISTRICTS]
    assert not faults()
    upgrade()
    assert AuditEntry.objects.filter(event="audit.recount").count() == 1


@clause
def test_what_passes_is_a_column_that_there_is_and_says_why() -> None:
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for passing in declared("passing", "PASSING"):
        columns = {str(field.column) for field in models[passing.table]._meta.concrete_fields}
        assert set(passing.columns) <= columns, passing.table
        assert len(passing.why) > 10
    assert len(record_tables()) > 100


def test_a_table_says_its_kind() -> None:
    assert record_tables()[DISTRICTS] == RecordTable(DISTRICTS, "id", ("id", "name"), "district")
