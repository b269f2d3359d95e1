"""The read store: a file and a key per day on SQLCipher, a partition per day on PostgreSQL (design, 3)."""

from functools import lru_cache

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection

from plateward.field.reads.images import day_keys
from plateward.field.reads.store.base import ReadStore
from plateward.field.reads.store.types import ReadKey, StoredRead

__all__ = ["ReadKey", "ReadStore", "StoredRead", "configured_store"]


@lru_cache(maxsize=1)
def configured_store() -> ReadStore:
    """The store for the configured database."""
    if settings.READ_SHARDS:
        from plateward.field.reads.store.sharded import ShardedStore

        return ShardedStore(list(settings.READ_SHARDS), day_keys())
    if connection.vendor == "postgresql":
        from plateward.field.reads.store.postgres import PostgresStore

        return PostgresStore(DEFAULT_DB_ALIAS, day_keys())
    from plateward.field.reads.store.sqlcipher import SqlcipherStore

    return SqlcipherStore(settings.DATA / "reads", day_keys())
