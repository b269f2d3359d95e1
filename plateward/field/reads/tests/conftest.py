"""A read store without a read."""

from pathlib import Path

import pytest
from django.db import connection

from plateward.field.reads.store import ReadStore
from plateward.field.reads.store.postgres import PostgresStore
from plateward.field.reads.store.sqlcipher import SqlcipherStore
from plateward.ground.vault.day_keys import DayKeys
from plateward.ground.vault.keyring import KeyRing


@pytest.fixture
def keys(tmp_path: Path) -> DayKeys:
    return DayKeys(tmp_path / "days", KeyRing.create(tmp_path / "keys"))


@pytest.fixture
def read_store(db: None, tmp_path: Path, keys: DayKeys) -> ReadStore:
    """On the configured database. The configured store's files are there for all tests of a run, so on SQLCipher this
    is another one."""
    if connection.vendor == "postgresql":
        return PostgresStore(keys)
    return SqlcipherStore(tmp_path / "reads", keys)
