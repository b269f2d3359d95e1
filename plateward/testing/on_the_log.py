"""What tests wrote without an act is put on the log."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.sums import row_digest
from plateward.core.audit.records.tables import RecordTable, digest_sql, record_tables
from plateward.core.audit.records.writing import AS_IT_IS, write_all_again
from plateward.testing.emptying import write


def put_on_log(tables: Iterable[RecordTable]) -> None:
    """As if one act had written all that tests did to these tables."""
    some = list(tables)
    with act(HUB, Event.AUDIT_RECOUNT, "records"):
        for table in some:
            rows = f"SELECT CAST({table.key} AS TEXT) FROM {table.name}"
            write(
                "INSERT INTO audit_change (act, of_table, key, was) SELECT txid_current(), of_table, key, %s "
                f"FROM audit_record WHERE of_table = %s AND key NOT IN ({rows})",
                AS_IT_IS,
                table.name,
            )
        write_all_again(some)


def know(*models: type[Model]) -> None:
    """As if the log knew the rows of these models before its first entry."""
    for table in (record_tables()[model._meta.db_table] for model in models):
        key = f"CAST(r.{table.key} AS TEXT)"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key}, {digest_sql(table, 'r')} FROM {table.name} r")
            rows = cursor.fetchall()
        for row, content in rows:
            digest = row_digest(table.name, row, bytes(content))
            write(
                "INSERT INTO audit_record (of_table, key, digest, entry) VALUES (%s, %s, %s, 0)",
                table.name,
                row,
                digest,
            )
