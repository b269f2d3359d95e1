"""On PostgreSQL the hub's role uses what its owner made: it works, and the server refuses it whatever would change what
protects records."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction

from plateward.core.audit.actor import command_line_actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.protection.integrity import check_protection, forget_changes
from plateward.core.db.roles import grant
from plateward.field.reads.tests.homes import Home, end
from plateward.testing.commands import script
from plateward.testing.waiting import WITHIN

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.j.i/proven", "AU-9/append"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="about a server's roles"),
]
HUB, DAY = "plateward_test_hub", date(2026, 5, 1)


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def as_hub(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests' own role is the owner; within the test the server takes the session for the hub's."""
    monkeypatch.setitem(settings.DATABASES["default"], "USER", HUB)
    monkeypatch.setattr(settings, "DATABASE_OWNER", "its owner")
    run(f"CREATE ROLE {HUB} LOGIN")
    grant()
    forget_changes()
    run(f"SET LOCAL SESSION AUTHORIZATION {HUB}")
    yield
    forget_changes()


@pytest.fixture
def home(as_hub: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home.open(tmp_path).used(monkeypatch)


def test_the_hub_stores_reads_destroys_a_day_and_appends_to_the_log(home: Home) -> None:
    reads, following = home.fill(DAY, 20), home.fill(DAY + timedelta(days=1), 3)
    keep = {reads[3].read.id}
    assert end(DAY, keep).reads == 19
    assert home.searched(DAY).keys() == keep
    assert end(DAY, set()).kept == 0
    assert home.searched(DAY + timedelta(days=1)).keys() == {read.read.id for read in following}
    assert not home.store.remains()
    before = AuditEntry.objects.count()
    record(command_line_actor("test"), Event.ALERT_CONFIRM, "alert:7", reason="Amber alert in Socorro")
    assert AuditEntry.objects.count() == before + 1
    assert check_protection()[1] == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_entry DISABLE TRIGGER no_change",
        "DROP TRIGGER no_change ON audit_entry",
        "DROP TRIGGER recorded ON people_person",
        "UPDATE audit_entry SET actor_id = 'begay'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "TRUNCATE people_person CASCADE",
        "UPDATE reads_read SET plate = 'ABC123'",
        "DELETE FROM reads_tail",
        "DROP TABLE reads_read_20260501",
        "UPDATE reads_read_20260501 SET plate = 'ABC123'",
        "ALTER TABLE reads_read DETACH PARTITION reads_read_20260501",
        "COMMENT ON TABLE reads_read_20260501 IS 'nothing was destroyed'",
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE FUNCTION other() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE other (id integer)",
        "DELETE FROM django_migrations",
        "SET session_replication_role = replica",
    ],
)
def test_the_server_refuses_the_hub_what_would_unprotect_records(home: Home, statement: str) -> None:
    home.fill(DAY, 1)
    refused = r"permission denied|must be owner"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic():
        run(statement)


@pytest.mark.parametrize(
    "call", ["reads_make_day('infinity')", "reads_swap('0001-01-01', 0)", "reads_drop_next('20261-01-01', 1)"]
)
def test_the_owners_functions_take_days_alone(as_hub: None, call: str) -> None:
    with pytest.raises(DatabaseError, match="no day of reads"), transaction.atomic():
        run(f"SELECT {call}")


def test_nobody_else_calls_the_owners_functions(as_hub: None) -> None:
    run(
        "RESET SESSION AUTHORIZATION",
        "CREATE ROLE plateward_test_other",
        "SET LOCAL ROLE plateward_test_other",
    )
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        run("SELECT reads_swap('2026-05-01', 0)")


@pytest.mark.parametrize(
    ("statement", "thing", "said"),
    [
        ("GRANT DELETE, TRUNCATE ON audit_entry TO {hub}", "table audit_entry", "DELETE, TRUNCATE"),
        ("GRANT UPDATE (actor_id) ON audit_entry TO {hub}", "table audit_entry", 'UPDATE ("actor_id")'),
        ("REVOKE INSERT ON audit_entry FROM {hub}", "table audit_entry", "lacks INSERT"),
        ("GRANT TRIGGER ON people_person TO PUBLIC", "table people_person", "granted TRIGGER"),
        ("ALTER TABLE audit_head OWNER TO {hub}", "table audit_head", "role owns it"),
        ("ALTER ROLE {hub} SUPERUSER", "role of the hub", "is a superuser"),
        ("ALTER ROLE {hub} CREATEROLE", "role of the hub", "may make and change roles"),
        ("GRANT pg_write_all_data TO {hub}", "role of the hub", "is a member of pg_write_all_data"),
        ("GRANT CREATE ON SCHEMA public TO {hub}", "role of the hub", "may create tables and functions"),
        ("ALTER FUNCTION reads_lock() OWNER TO {hub}", "role of the hub", "owns the function reads_lock"),
    ],
)
def test_what_the_hubs_role_has_too_much_or_lacks_is_named(
    as_hub: None, statement: str, thing: str, said: str
) -> None:
    run("RESET SESSION AUTHORIZATION", statement.format(hub=HUB))
    faults = check_protection()[1]
    assert any(fault.object == thing and said in fault.problem for fault in faults), faults


INIT = (
    "init --yes disk.encryption=luks packs=OPR50,CJIS,SB40 chief=hector chief_badge=1 chief_order=Appointment "
    "chief_name=Hector administrator=gloria administrator_name=Gloria administrator_badge=1001 order=2026-1"
)
LOOK = """
from plateward.core.db.setup import setup
setup()
import json
from django.db import connection
from plateward.core.audit.protection.integrity import check_protection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user, array_agg(DISTINCT tableowner) FROM pg_tables WHERE schemaname = 'public'")
    print(json.dumps([*cursor.fetchone(), [str(fault) for fault in check_protection()[1]]]))
"""


@pytest.fixture
def empty_database(db: None) -> Iterator[tuple[str, str]]:
    """Its owner, who may make roles, and its address for the hub's role, which is not made yet."""
    given = connection.get_connection_params()
    own = {name: given[name] for name in ("host", "port", "user", "password") if given.get(name)}
    name = f"plateward_roles_{os.getpid()}"
    owner, hub = f"{name}_owner", f"{name}_hub"
    with psycopg.connect(**own, dbname=given["dbname"], autocommit=True) as server:
        try:
            server.execute(f"CREATE ROLE {owner} LOGIN CREATEROLE")
            server.execute(f"CREATE DATABASE {name} OWNER {owner}")
            where = f"postgresql://{hub}@/{name}?" + urlencode(
                {str(key): own[key] for key in ("host", "port") if key in own}
            )
            yield owner, where
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"DROP ROLE IF EXISTS {hub}")
            server.execute(f"DROP ROLE IF EXISTS {owner}")


def test_init_makes_the_hubs_role_and_the_owner_migrates(
    empty_database: tuple[str, str], tmp_path: Path
) -> None:
    owner, url = empty_database
    env = {name: text for name, text in os.environ.items() if not name.startswith(("PLATEWARD_", "DJANGO_"))}
    env |= {"PLATEWARD_CONFIG": str(tmp_path / "plateward.toml")}
    words = [*INIT.split(), f"home={tmp_path / 'hub'}", f"database.url={url}", f"database.owner={owner}"]
    done = subprocess.run(
        [sys.executable, "-m", "plateward", *words], check=False, capture_output=True, text=True, env=env
    )
    assert done.returncode == 0, done.stderr
    secret = tmp_path / "hub" / "secrets" / "database-password"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_text()) > 40
    looked = script(LOOK, env=env, within=WITHIN)
    assert json.loads(looked.stdout) == [owner.replace("_owner", "_hub"), [owner], []]
