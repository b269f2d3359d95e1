"""After a migration: the triggers are this software's, and what other columns decide of now is counted anew."""

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.models import RecordSum
from plateward.core.audit.records.tables import record_tables
from plateward.core.audit.records.triggers import install
from plateward.core.audit.records.writing import write_all_again
from plateward.ground.policy.trace import enforces

HUB = Actor("system", "upgrade", "The hub, upgrading its database")


@enforces("6.b.i.9/records")
def upgrade() -> None:
    """The entry names the tables: until then the earlier software compared them. A new hub has none."""
    install()
    tables, counted = record_tables(), dict(RecordSum.objects.values_list("of_table", "declared"))
    changed = [
        tables[name] for name in sorted(counted) if name in tables and counted[name] != tables[name].declared
    ]
    if changed:
        with act(HUB, Event.AUDIT_RECOUNT, "records") as entry:
            entry.note(tables=[table.name for table in changed])
            write_all_again(changed)
            for table in changed:
                RecordSum.objects.filter(of_table=table.name).update(declared=table.declared)
