"""An empty database, migrated once and copied: migrating takes seconds, and the tests need many.

On SQLCipher it is kept in pytest's cache until the source changes; on PostgreSQL it is a copy of the tests' database,
for the length of a run. The demo and `serve/tests/test_continuity.py` always migrate from nothing, on both."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from sqlcipher3 import dbapi2

from plateward.testing import REPOSITORY

FOLDER = REPOSITORY / ".pytest_cache" / "migrated"
COPY = "migrated"


def copy_to(file: Path, key: bytes) -> None:
    """A new SQLCipher file under this key."""
    _export(_kept(), _digest(), file, key)


def migrated_database() -> str:
    """Its name on the PostgreSQL server."""
    return str(connection.creation.get_test_db_clone_settings(COPY)["NAME"])


@contextmanager
def tests_database() -> Iterator[None]:
    """The tests' database in the place of the configured one, and on PostgreSQL its copy. The copy is empty; the tests'
    own has the policy's courses, which nearly every test needs."""
    from plateward.people.testing import establish_courses

    creation: Any = connection.creation  # Django's stubs know little of it
    usual = connection.settings_dict["NAME"]
    server = connection.vendor == "postgresql"
    if server:
        creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        creation.clone_test_db(COPY, verbosity=0)
    else:
        _create_or_copy(creation)
    establish_courses()
    yield
    if server:
        creation.destroy_test_db(suffix=COPY, verbosity=0)
    creation.destroy_test_db(usual, verbosity=0)


def _create_or_copy(creation: Any) -> None:
    """The tests' SQLCipher file."""
    name, key = creation._get_test_db_name(), settings.RING.key("database")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER.parent / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # runs that start together migrate once
        if not _kept().exists():
            creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            for older in FOLDER.iterdir():
                older.unlink()
            draft = FOLDER / "draft"
            _export(Path(name), key, draft, _digest())
            draft.rename(_kept())
            return
    copy_to(Path(name), key)
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def _export(source: Path, source_key: bytes, target: Path, target_key: bytes) -> None:
    database = dbapi2.connect(str(source))
    try:
        database.execute(f"PRAGMA key = \"x'{source_key.hex()}'\"")
        database.execute(f"ATTACH DATABASE ? AS target KEY \"x'{target_key.hex()}'\"", [str(target)])
        database.execute("SELECT sqlcipher_export('target')")
    finally:
        database.close()


def _kept() -> Path:
    return FOLDER / _digest().hex()


@cache
def _digest() -> bytes:
    """Of all source, since a migration may call any of it, and of the packages. Also the copy's key: there is nothing
    in it."""
    digest = hashlib.sha256((REPOSITORY / "requirements" / "lock.txt").read_bytes())
    for file in sorted((REPOSITORY / "plateward").rglob("*.py")):
        if "tests" not in file.relative_to(REPOSITORY).parts:
            digest.update(file.read_bytes())
    return digest.digest()
