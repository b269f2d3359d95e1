"""What tests wrote without an act is put on the log."""

from collections.abc import Iterable

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.tables import RecordTable
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
