"""A row's key before the row is stored."""

from django.db import connection
from django.db.models import Model


def reserve_key(model: type[Model]) -> int:
    """The next key of a model's table, as the database counts it."""
    table, column = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [table, column])
            return int(cursor.fetchone()[0])
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = %s RETURNING seq", [table])
        row = cursor.fetchone()
        if row is None:  # the first one
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, 1) RETURNING seq", [table])
            row = cursor.fetchone()
        return int(row[0])
