"""After a migration: the triggers are this software's, and what other columns decide of now is counted anew."""

from collections.abc import Collection, Iterator, Mapping

from django.db import connection

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.models import RecordSum
from plateward.core.audit.protection.declared import declared_tables
from plateward.core.audit.protection.found import protected_tables
from plateward.core.audit.records.tables import RecordTable, record_tables
from plateward.core.audit.records.triggers import install
from plateward.core.audit.records.writing import write_all_again
from plateward.ground.policy.trace import enforces

HUB = Actor("system", "upgrade", "The hub, upgrading its database")


@enforces("6.b.i.9/records")
def upgrade(*, migrated: bool = False) -> None:
    """The entry names the tables: until then the earlier software compared them. A new hub has none.

    Without a migration only what this software has otherwise is made again: triggers that somebody dropped stay so, and
    are told, and no node that looks at them takes another one's start for a change."""
    tables, counted = record_tables(), dict(RecordSum.objects.values_list("of_table", "declared"))
    changed = [
        tables[name] for name in sorted(counted) if name in tables and counted[name] != tables[name].declared
    ]
    if outdated := list(tables.values()) if migrated else [*changed, *_outdated(tables, counted)]:
        install(outdated)
    if changed:
        with act(HUB, Event.AUDIT_RECOUNT, "records") as entry:
            entry.note(tables=[table.name for table in changed])
            write_all_again(changed)
            for table in changed:
                RecordSum.objects.filter(of_table=table.name).update(declared=table.declared)


def _outdated(tables: Mapping[str, RecordTable], counted: Collection[str]) -> Iterator[RecordTable]:
    """Those that no entry has written yet, and whose triggers are not this software's."""
    declared, found = declared_tables(connection.vendor), protected_tables()
    for name, table in tables.items():
        known = name in declared and name in found and name not in counted
        if known and found[name].triggers != declared[name].triggers:
            yield table
