"""Django's SQLite backend on `sqlcipher3`. `OPTIONS = {"key": 32 bytes, or 64 hex digits, "pool": how many}`.

The key goes only to SQLCipher: it is in no connection parameter, log line or error. With `pool` (default none) a closed
connection stays open, with its pages decrypted, for the next caller.
"""

import contextlib
import datetime
import decimal
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import tee
from typing import Any, ClassVar
from weakref import WeakSet, ref

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base as sqlite
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]
from django.utils.asyncio import async_unsafe
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

# What Django registers with the standard library's sqlite3.
dbapi2.register_converter("bool", b"1".__eq__)
dbapi2.register_converter("date", sqlite.decoder(parse_date))
dbapi2.register_converter("time", sqlite.decoder(parse_time))
dbapi2.register_converter("datetime", sqlite.decoder(parse_datetime))
dbapi2.register_converter("timestamp", sqlite.decoder(parse_datetime))
dbapi2.register_adapter(decimal.Decimal, str)
dbapi2.register_adapter(datetime.date, sqlite.adapt_date)
dbapi2.register_adapter(datetime.datetime, sqlite.adapt_datetime)

WAIT_FOR_OTHER_WRITERS_S = 30
RETRY_AFTER_S = 0.003
LOCKED = "database is locked"


class DatabaseUnreadable(PlatewardError):
    """The file is not encrypted with this hub's key."""


class SqlCipherConnection(dbapi2.Connection):  # type: ignore[misc]
    """One that numbers its transactions, as PostgreSQL does."""

    transaction = 0

    def begin(self) -> None:
        """A number that no other transaction has, in this process or another."""
        self.transaction = secrets.randbits(62)

    def add_functions(self) -> None:
        """What the triggers of records call. A program without them cannot write to a table of records."""
        own = ref(self)

        def transaction() -> int:
            connection = own()
            return connection.transaction if connection else 0

        self.create_function("txid_current", 0, transaction)
        self.create_function("plateward_sha256", -1, _sha256, deterministic=True)


def _sha256(*values: Any) -> bytes:
    """Of numbers, texts, bytes and NULLs, in this order; no two rows are written alike."""
    return sha256(repr(values).encode()).digest()


class DatabaseWrapper(sqlite.DatabaseWrapper):
    """An encrypted file, written by one transaction at a time while any number read."""

    display_name = "SQLCipher"
    Database = dbapi2
    _waiting: ClassVar[dict[str, list[Any]]] = {}  # by file; append and pop are thread-safe
    only_reads = False  # what the next transaction does: then it waits for nobody, and nobody for it

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._cursors: WeakSet[SqlCipherCursor] = WeakSet()
        self.wait_s = float(self.settings_dict["OPTIONS"].get("timeout", WAIT_FOR_OTHER_WRITERS_S))

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params.pop("key", None)
        params.pop("pool", None)
        params["timeout"] = self.wait_s
        return params

    @enforces("6.i.i/aes", "SC-28/data")
    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        with contextlib.suppress(KeyError, IndexError):
            return self._waiting[str(conn_params["database"])].pop()
        key = hex_key(self.settings_dict["OPTIONS"].get("key"))
        connection = dbapi2.connect(factory=SqlCipherConnection, **conn_params)
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except dbapi2.DatabaseError as error:
            connection.close()
            if "not a database" not in str(error):
                raise
            raise DatabaseUnreadable(
                f"The database {conn_params['database']} cannot be read with this hub's key ring: it was created "
                "with another, is not encrypted, or is damaged. Start the hub with its own key ring, or restore "
                "a backup. Nothing is kept or read unencrypted (OPR:50 6.i.i)."
            ) from None
        # Committed data (an audit entry before its answer leaves) must survive a power failure.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 0")  # from here on SqlCipherCursor waits
        register_functions(connection)
        connection.add_functions()
        return connection

    def _close(self) -> None:
        """Leave the connection for the next caller, unless it failed or is in the middle of something."""
        waiting = self._waiting.setdefault(str(self.settings_dict["NAME"]), [])
        whole = self.connection and not (self.errors_occurred or self.connection.in_transaction)
        if whole and len(waiting) < self.settings_dict["OPTIONS"].get("pool", 0):
            for cursor in list(self._cursors):
                cursor.close()  # a half-read query would keep the connection's old snapshot
            waiting.append(self.connection)
        else:
            super()._close()  # type: ignore[misc]  # Django's stubs do not know it

    def _start_transaction_under_autocommit(self) -> None:
        """Take the write lock at once: a transaction that waits until its first write cannot wait, SQLite would fail
        it."""
        self.cursor().execute("BEGIN" if self.only_reads else "BEGIN IMMEDIATE")
        self.connection.begin()

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002, for Django
        cursor = self.connection.cursor(factory=SqlCipherCursor)
        cursor.wait_s, cursor.siblings = self.wait_s, self._cursors
        self._cursors.add(cursor)
        return cursor


class SqlCipherCursor(dbapi2.Cursor):  # type: ignore[misc]
    """Django's `%s` and `%(name)s` as SQLite's `?` and `:name`; waits for other writers.

    It waits here, and in short steps. SQLite's own grow to 100 ms, during which later writers overtake: with the lock
    held for a third of the time, one in a hundred waited for half a second. And SQLite waits with the connection's
    lock held, which whoever collects that thread's garbage may need.
    """

    wait_s: float
    siblings: "WeakSet[SqlCipherCursor]"  # all cursors of the connection

    def execute(self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
        if params is None:
            return self._wait_for_writers(super().execute, query)
        names = tuple(params) if isinstance(params, Mapping) else None
        return self._wait_for_writers(super().execute, _converted(query, names), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """All or none: outside a transaction, within one of its own."""
        first, rows = tee(iter(param_list))
        row = next(first, None)
        names = tuple(row) if isinstance(row, Mapping) else None
        if self.connection.in_transaction:
            return super().executemany(_converted(query, names), rows)
        self.execute("BEGIN IMMEDIATE")
        with self.connection:  # commits, or rolls back
            return super().executemany(_converted(query, names), rows)

    def _wait_for_writers(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Within a transaction, which has the lock, nothing waits. Outside, another writes: queries of this connection
        that are half read, such as those of a failed job, go on from before that, and with them SQLite would never let
        it write, however long it waits. So they are closed, also those that somebody is still reading: their next row
        raises ProgrammingError."""
        deadline = time.monotonic() + self.wait_s
        while True:
            try:
                return execute(*statement)
            except dbapi2.OperationalError as error:
                if self.connection.in_transaction or str(error) != LOCKED or time.monotonic() > deadline:
                    raise
            for cursor in self.siblings - {self}:
                cursor.close_if_half_read()
            time.sleep(RETRY_AFTER_S)

    def close_if_half_read(self) -> None:
        """Only another row tells."""
        with contextlib.suppress(dbapi2.ProgrammingError):  # closed already
            if self.fetchone() is not None:
                self.close()


@lru_cache(maxsize=2000)
def _converted(query: str, names: tuple[str, ...] | None) -> str:
    """In SQLite's words; kept, since to read all statements again takes a fiftieth of a page's time."""
    convert: Any = sqlite.SQLiteCursorWrapper.convert_query  # which asks nothing of its cursor
    return str(convert(None, query, param_names=names))


def hex_key(key: bytes | str | None) -> str:
    """The raw 256-bit key as 64 hex digits; anything else is refused without showing it."""
    text = key.hex() if isinstance(key, bytes) else key or ""
    try:
        if len(bytes.fromhex(text)) == 32:
            return text
    except ValueError:
        pass
    raise ImproperlyConfigured(
        "The SQLCipher database needs a raw key of 32 bytes (or 64 hex digits) as OPTIONS['key'] in "
        "DATABASES (OPR:50 6.i.i)."
    )
