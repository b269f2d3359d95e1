"""PostgreSQL's two roles: the owner of the tables migrates, and the hub's own uses them, so that whoever has the hub's
password switches no trigger off.

What the hub's role may do is not listed: it follows from the triggers. What one of them always refuses is not granted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError, connection

from plateward.ground.config.reading import secret_file
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

SECRET = "database-owner-password"  # noqa: S105, its name
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
# Of each table: its name; whether it is reads' own, of a day or of all; whether updates and deletions are always
# refused (in a trigger's type 2 is BEFORE, 8 DELETE, 16 UPDATE); the key of a kept model, whose rows are locked; its
# owner, and what the role has. A column's own UPDATE is told from the table's.
TABLES = """
    SELECT c.relname, c.relkind = 'p' OR c.relname ~ '^reads_[a-z]+_[0-9]{8}(_[0-9]+)?$',
        coalesce(t.change, false), coalesce(t.removal, false), CASE WHEN t.kept THEN a.attname END,
        pg_has_role(%(role)s, c.relowner, 'MEMBER'),
        ARRAY(SELECT p FROM unnest(%(all)s::text[]) p WHERE has_table_privilege(%(role)s, c.oid, p)),
        ARRAY(SELECT attname FROM pg_attribute o WHERE o.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
            AND has_column_privilege(%(role)s, c.oid, o.attnum, 'UPDATE'))
    FROM pg_class c LEFT JOIN (
        SELECT tgrelid, bool_or(tgtype & 18 = 18) change, bool_or(tgtype & 10 = 10) removal,
            bool_or(tgtype & 18 = 18 AND p.proname ~ '_kept$') kept
        FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal AND tgqual IS NULL GROUP BY 1
    ) t ON t.tgrelid = c.oid
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace ORDER BY 1
"""
# What gets around all of that, as a sentence's end.
BEYOND = """
    SELECT 'is a superuser' FROM pg_roles WHERE rolname = %(role)s AND rolsuper
    UNION ALL SELECT 'may make and change roles' FROM pg_roles WHERE rolname = %(role)s AND rolcreaterole
    UNION ALL SELECT 'may replicate the database' FROM pg_roles WHERE rolname = %(role)s AND rolreplication
    UNION ALL SELECT 'is a member of ' || r.rolname FROM pg_roles r
        WHERE r.rolname <> %(role)s AND pg_has_role(%(role)s, r.oid, 'MEMBER')
    UNION ALL SELECT 'may create tables and functions'
        WHERE has_schema_privilege(%(role)s, current_schema(), 'CREATE')
    UNION ALL SELECT 'owns the function ' || proname FROM pg_proc p JOIN pg_roles r ON r.oid = proowner
        WHERE pronamespace = current_schema()::regnamespace AND r.rolname = %(role)s
    UNION ALL SELECT 'owns the database' FROM pg_database d JOIN pg_roles r ON r.oid = datdba
        WHERE datname = current_database() AND r.rolname = %(role)s
"""


class OwnerUnreachable(PlatewardError):
    """The database's owner is needed, and cannot log in."""


@dataclass(frozen=True)
class Granted:
    """Of a table: what the role is to have, and what it has. `key`: the column that alone may be named by an UPDATE,
    which a lock of a row asks for."""

    table: str
    wanted: frozenset[str]
    found: frozenset[str]
    owned: bool

    @property
    def extra(self) -> list[str]:
        return sorted(self.found - self.wanted)

    @property
    def missing(self) -> list[str]:
        return sorted(self.wanted - self.found)


@contextmanager
def as_owner() -> Iterator[None]:
    """Within the block the database is asked as its owner, if the site has one apart. Raises OwnerUnreachable."""
    owner = settings.DATABASE_OWNER
    if not owner:
        yield
        return
    usual, password = connection.settings_dict, secret_file(settings.SECRETS, SECRET)
    connection.close()
    connection.settings_dict = usual | {
        "USER": owner,
        "PASSWORD": password.read_text().strip() if password else "",
    }
    try:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise OwnerUnreachable(
                f"The database's owner {owner} cannot log in: {' '.join(str(error).split())} Nothing was done. Put "
                f"the password into the secret {SECRET}, run plateward manage migrate, then take it away again."
            ) from error
        yield
    finally:
        connection.close()
        connection.settings_dict = usual


@enforces("6.j.i/proven", "AU-9/append")
def grant() -> None:
    """The hub's role gets what it needs of each table, and nothing else. Asked as the owner."""
    if not settings.DATABASE_OWNER:
        return
    with connection.cursor() as cursor:
        quote = connection.ops.quote_name
        cursor.execute("SELECT current_schema()")
        role, schema = quote(_hub_role()), quote(cursor.fetchone()[0])
        cursor.execute(
            f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}; GRANT USAGE ON SCHEMA {schema} TO {role}"
        )
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role}")
        for of_table in privileges():
            cursor.execute(f"GRANT {', '.join(sorted(of_table.wanted))} ON {quote(of_table.table)} TO {role}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role}")


def privileges() -> list[Granted]:
    """Of each table, for the hub's role."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES, {"role": _hub_role(), "all": list(ALL)})
        return [_granted(*row) for row in cursor.fetchall()]


def beyond() -> list[str]:
    """What the hub's role has besides, each as the end of a sentence about it."""
    with connection.cursor() as cursor:
        cursor.execute(BEYOND, {"role": _hub_role()})
        return [text for (text,) in cursor.fetchall()]


def _granted(
    table: str,
    reads: bool,
    unchanged: bool,
    kept: bool,
    key: str | None,
    owned: bool,
    found: list[str],
    columns: list[str],
) -> Granted:
    wanted = {"SELECT", "INSERT"}
    if not (reads or unchanged):
        wanted.add("UPDATE")
    if not (reads or kept):
        wanted.add("DELETE")
    if key:
        wanted.add(f"UPDATE ({connection.ops.quote_name(key)})")
    if table == "django_migrations":
        wanted = {"SELECT"}
    by_column = () if "UPDATE" in found else (f"UPDATE ({connection.ops.quote_name(c)})" for c in columns)
    return Granted(table, frozenset(wanted), frozenset([*found, *by_column]), owned)


def _hub_role() -> str:
    return str(settings.DATABASES["default"]["USER"])
