"""The read store: a file and a key per day on SQLCipher, a partition per day on PostgreSQL (design, 3)."""

from functools import lru_cache

from django.conf import settings
from django.db import connection

from plateward.field.reads.images import day_keys
from plateward.field.reads.store.base import ReadStore
from plateward.field.reads.store.types import ReadKey, StoredRead

__all__ = ["ReadKey", "ReadStore", "StoredRead", "configured_store"]


@lru_cache(maxsize=1)
def configured_store() -> ReadStore:
    """The store for the configured database."""
    if connection.vendor == "postgresql":
        from plateward.field.reads.store.postgres import PostgresStore

        return PostgresStore(day_keys())
    from plateward.field.reads.store.sqlcipher import SqlcipherStore

    return SqlcipherStore(settings.DATA / "reads", day_keys())
