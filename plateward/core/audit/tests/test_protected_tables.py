"""Whoever owns the database switches off, drops, replaces or adds what protects records: told by name."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from plateward.core.audit.models import RecordSum
from plateward.core.audit.protection.declared import as_lines, declared_file, declared_tables
from plateward.core.audit.protection.found import own_functions, protected_tables
from plateward.core.audit.protection.integrity import check_protection, forget_changes
from plateward.core.audit.records.tables import record_tables
from plateward.core.audit.recount import upgrade

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
clause = pytest.mark.clause("6.b.i.3/integrity", "6.b.i.9/records", "6.j.i/proven")
only_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLCipher has no such thing"
)
KEPT = "audit_entry"


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    forget_changes()
    yield
    forget_changes()


def write(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def problems() -> dict[str, list[str]]:
    by_table: dict[str, list[str]] = {}
    for fault in check_protection()[1]:
        by_table.setdefault(fault.object.removeprefix("table "), []).append(fault.problem)
    return by_table


def first_trigger(table: str) -> str:
    return sorted(declared_tables(connection.vendor)[table].triggers)[0]


@clause
def test_what_is_declared_is_what_the_migrations_make(tmp_path: Path) -> None:
    """After a change that is meant: copy what the failure names over the declared file, and read the difference."""
    made = {
        table: found for table, found in protected_tables().items() if not re.search(r"_\d{8}(_\d+)?$", table)
    }
    texts = {connection.vendor: as_lines(made)}
    if connection.vendor == "postgresql":
        texts["functions"] = (f"{text} {name}" for name, text in own_functions().items())
    for name, lines in texts.items():
        fresh, declared = tmp_path / "made.txt", declared_file(name)
        fresh.write_text("".join(f"{line}\n" for line in lines))
        assert fresh.read_text() == declared.read_text(), f"cp {fresh} {declared}"
    assert problems() == {}


@clause
def test_each_trigger_that_is_off_or_gone_is_named() -> None:
    declared = declared_tables(connection.vendor)
    for table, made in declared.items():
        if connection.vendor == "postgresql":
            write(*(f"ALTER TABLE {table} DISABLE TRIGGER {name}" for name in made.triggers))
        else:
            write(*(f"DROP TRIGGER {name}" for name in made.triggers))
    told = problems()
    for table, made in declared.items():
        assert len(told.get(table, [])) == len(made.triggers), table
        for name in made.triggers:
            assert any(f"“{name}” is" in problem for problem in told[table]), name


@clause
def test_a_trigger_that_was_replaced_or_added_is_named() -> None:
    name = first_trigger(KEPT)
    if connection.vendor == "postgresql":
        write(
            "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NULL; END $$",
            "CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name = 'Ada'; RETURN NEW; END $$",
            "CREATE TRIGGER mine BEFORE INSERT ON people_district FOR EACH ROW EXECUTE FUNCTION mine()",
            "CREATE RULE away AS ON DELETE TO people_district DO INSTEAD NOTHING",
            "ALTER TABLE people_district ENABLE ROW LEVEL SECURITY",
        )
    else:
        write(
            f"DROP TRIGGER {name}",
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {KEPT} WHEN 0 BEGIN SELECT 1; END",
            "CREATE TRIGGER mine AFTER INSERT ON people_district BEGIN"
            " UPDATE people_district SET name = 'Ada' WHERE id = NEW.id; END",
        )
    told = problems()
    assert any(f"“{name}” was replaced" in problem for problem in told[KEPT])
    added = ["away", "mine", "row security"] if connection.vendor == "postgresql" else ["mine"]
    assert [problem.split("”")[0] for problem in told["people_district"]] == [
        f"A trigger or rule “{name}" for name in added
    ]


@only_postgresql
@clause
def test_an_emptied_trigger_is_named_with_each_table_that_it_protected() -> None:
    write(
        "CREATE OR REPLACE FUNCTION audit_note_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NEW; END $$"
    )
    told = problems()
    assert set(told) == {
        name for name in record_tables() if "recorded" in declared_tables("postgresql")[name].triggers
    }
    assert all("“recorded” was replaced" in problem for (problem,) in told.values())


@only_postgresql
@clause
def test_a_function_that_was_replaced_added_or_taken_away_is_named() -> None:
    write(
        "CREATE OR REPLACE FUNCTION reads_lock() RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$",
        "DROP FUNCTION reads_drop_next(date, integer)",
        "CREATE FUNCTION to_jsonb(people_district) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{}'::jsonb $$",
    )
    told = problems()
    assert "was replaced" in told["function reads_lock()"][0]
    assert "is gone" in told["function reads_drop_next(day date, generation integer)"][0]
    assert "was added" in told["function to_jsonb(people_district)"][0]


@only_postgresql
@clause
def test_a_function_that_was_replaced_and_set_back_between_two_looks_is_told() -> None:
    assert not problems()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('reads_lock()'::regprocedure)")
        (definition,) = cursor.fetchone()
    write(
        "CREATE OR REPLACE FUNCTION reads_lock() RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$", definition
    )
    assert list(problems()) == ["triggers"]


@clause
def test_a_constraint_that_is_gone_is_told() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('u', 'c')"
                " AND conrelid::regclass::text LIKE 'people\\_%' ORDER BY 1, 2 LIMIT 1"
            )
            table, name = cursor.fetchone()
        write(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
    else:
        table = "people_district"
        write("ALTER TABLE people_district ADD COLUMN more TEXT")
    assert problems() == {table: ["Its columns or constraints are not those that the hub made."]}


@clause
def test_what_was_switched_off_and_on_again_between_two_looks_is_told() -> None:
    assert not problems()
    name = first_trigger(KEPT)
    if connection.vendor == "postgresql":
        with transaction.atomic():
            write(
                f"ALTER TABLE {KEPT} DISABLE TRIGGER {name}",
                f"ALTER TABLE {KEPT} ENABLE ALWAYS TRIGGER {name}",
            )
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [name])
            (definition,) = cursor.fetchone()
        write(f"DROP TRIGGER {name}", definition)
    assert list(problems()) == ["triggers"]
    assert not problems()


@only_postgresql
@clause
def test_a_trigger_that_is_off_for_one_day_of_reads_is_told() -> None:
    write(
        "CREATE TABLE reads_read_19990101 PARTITION OF reads_read FOR VALUES FROM (1) TO (2)",
        "ALTER TABLE reads_read_19990101 DISABLE TRIGGER read_never_changes",
    )
    (problem,) = problems()["reads_read"]
    assert "“read_never_changes” is switched off" in problem


@clause
def test_a_start_changes_no_trigger_and_does_not_hide_one_that_was_dropped() -> None:
    upgrade(migrated=True)
    forget_changes()
    assert not problems()
    upgrade()
    assert not problems()
    name = next(
        name for name in declared_tables(connection.vendor)["people_district"].triggers if "recorded" in name
    )
    RecordSum.objects.create(
        of_table="people_district", sealed=b"", declared=record_tables()["people_district"].declared
    )
    write(f"DROP TRIGGER {name}" + " ON people_district" * (connection.vendor == "postgresql"))
    upgrade()
    assert "is gone" in problems()["people_district"][0]
