"""A running hub whose log meets real faults: nothing protected leaves, who must know hears of it, and it goes on."""

import contextlib
import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from sqlcipher3 import dbapi2

from plateward.ground.vault.keyring import KeyRing
from plateward.serve.tests.hub import RunningHub
from plateward.testing.waiting import wait_until

pytestmark = pytest.mark.clause("6.b.i.10/failure", "AU-5/stops", "AU-5/told")
CHAIN = """
from plateward.people.testing import on_the_log, person
carla, gloria = person("carla"), person("gloria")
ada = person("ada")
with on_the_log():
    ada.supervisor = carla
    ada.save()
print(json.dumps(1))
"""
NOTIFIED = """SELECT DISTINCT username FROM people_notice JOIN people_person ON people_person.id = to_id
    WHERE kind = 'log.alarm' AND text LIKE %s AND people_notice.id > %s"""
LAST_TEXT = """SELECT text FROM people_notice JOIN people_person ON people_person.id = to_id
    WHERE kind = 'log.alarm' AND username = %s ORDER BY people_notice.id DESC LIMIT 1"""
PAGE = "/alerts/"
NEWEST = "SELECT max(id) FROM audit_head"
FULL = """CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER is_full BEFORE INSERT ON audit_entry EXECUTE FUNCTION is_full();
    ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER is_full"""


class Sql:
    """The database of a running hub, as its owner reaches it past the hub."""

    def __init__(self, hub: RunningHub) -> None:
        self.url = hub.env.get("PLATEWARD_DATABASE_URL")
        self._file = hub.home / "data" / "hub.db"
        self._key = "" if self.url else KeyRing.open(hub.home / "keys").key("database").hex()

    def __call__(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        if self.url:
            with psycopg.connect(self.url, autocommit=True) as server:
                done = server.execute(statement.encode(), values or None)
                return done.fetchall() if done.description else []
        with closing(dbapi2.connect(str(self._file), timeout=30)) as file:
            file.execute(f"PRAGMA key = \"x'{self._key}'\"")
            rows = file.execute(statement.replace("%s", "?"), values).fetchall()
            file.commit()
            return list(rows)


@contextmanager
def full_server(sql: Sql) -> Iterator[None]:
    """No room where the entries lie."""
    with ExitStack() as over:
        small = Path(over.enter_context(tempfile.TemporaryDirectory(dir="/tmp")))  # where the server may look
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
        if os.geteuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0:
            over.callback(lambda: subprocess.run(["umount", small], check=True))
            subprocess.run(["chown", "postgres", small], check=True)
            sql(f"CREATE TABLESPACE {small.name} LOCATION '{small}'")
            over.callback(sql, f"DROP TABLESPACE {small.name}")
            sql(f"ALTER TABLE audit_entry SET TABLESPACE {small.name}")
            over.callback(sql, "ALTER TABLE audit_entry SET TABLESPACE pg_default")
            with (small / "others").open("wb", 0) as others, contextlib.suppress(OSError):
                while others.write(bytes(4096)):
                    pass
        else:
            sql(FULL)
            over.callback(sql, "DROP TRIGGER is_full ON audit_entry; DROP FUNCTION is_full")
        yield


@contextmanager
def read_only_server(sql: Sql) -> Iterator[None]:
    """No session writes."""
    assert sql.url
    name = urlsplit(sql.url).path[1:]
    others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    sql(f"{others} AND pid <> pg_backend_pid()")
    yield
    server = urlunsplit(urlsplit(sql.url)._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
        admin.execute(others.encode())


@contextmanager
def no_file_grows(hub: RunningHub) -> Iterator[None]:
    """The system lets its processes write no byte to any file, the process log too."""
    usual = {process: resource.prlimit(process, resource.RLIMIT_FSIZE) for process in hub.processes()}
    for process, (_, most) in usual.items():
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, most))
    yield
    for process, limits in usual.items():
        resource.prlimit(process, resource.RLIMIT_FSIZE, limits)


@contextmanager
def altered_head(sql: Sql, make_entry: Callable[[], object]) -> Iterator[None]:
    """A byte of the signature under the newest head, in its table: of a head signed just now, so that the hub, which
    looks at the newest before it signs another, is not about to."""
    before = sql(NEWEST)
    make_entry()
    wait_until(lambda: sql(NEWEST) != before)
    with past_the_triggers(sql):
        ((number, signature),) = sql(f"SELECT id, signature FROM audit_head WHERE id = ({NEWEST})")
        altered = bytes([signature[0] ^ 1, *signature[1:]])
        sql("UPDATE audit_head SET signature = %s WHERE id = %s", altered, number)
    yield
    with past_the_triggers(sql):
        sql("UPDATE audit_head SET signature = %s WHERE id = %s", bytes(signature), number)


@contextmanager
def past_the_triggers(sql: Sql) -> Iterator[None]:
    if sql.url:
        sql("ALTER TABLE audit_head DISABLE TRIGGER USER")
        yield
        sql("ALTER TABLE audit_head ENABLE ALWAYS TRIGGER no_change")
        return
    ((trigger,),) = sql("SELECT sql FROM sqlite_master WHERE name = 'audit_head_no_update'")
    sql("DROP TRIGGER audit_head_no_update")
    yield
    sql(trigger)


@pytest.mark.both_databases
def test_nothing_leaves_who_must_know_is_notified_and_the_hub_goes_on(running_hub: RunningHub) -> None:
    running_hub.ask(CHAIN)
    sql = Sql(running_hub)
    with running_hub.browser(running_hub.sign_in("ada")) as browser:
        # Whether the database takes notices meanwhile; otherwise they follow.
        faults = (
            [(full_server(sql), True), (read_only_server(sql), False)]
            if sql.url
            else [(no_file_grows(running_hub), False)]
        )
        for fault, takes_notices in [*faults, (altered_head(sql, partial(browser.get, PAGE)), True)]:
            assert browser.get(PAGE).status_code == 200
            before = sql("SELECT max(id) FROM people_notice")[0][0] or 0

            def both_heard(text: str, before: int = before) -> bool:
                return {name for (name,) in sql(NOTIFIED, f"%{text}%", before)} >= {"carla", "gloria"}

            def last_heard(text: str) -> bool:
                return text in sql(LAST_TEXT, "carla")[0][0]

            with fault:
                wait_until(lambda: browser.get(PAGE).status_code == 503)
                refused = [browser.get(PAGE) for _ in range(3)]
                if takes_notices:
                    wait_until(partial(both_heard, "no entry can be written"))
                    # A full disk may still have taken the entry that ended the outage: then this begins another.
                    wait_until(
                        lambda: browser.get(PAGE).status_code == 503 and last_heard("no entry can be written")
                    )
            assert [page.status_code for page in refused] == [503] * 3
            assert "6.b.i.10" in refused[0].text
            wait_until(lambda: both_heard("written again") and last_heard("written again"))
            assert both_heard("no entry can be written")
    running_hub.command("audit", "head", str(running_hub.folder / "head.json"))  # the log is whole
