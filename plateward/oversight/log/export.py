"""Entries of the log as a table that leaves the hub. It proves nothing: `plateward audit export` writes what does."""

import hashlib
from collections.abc import Iterator
from uuid import uuid4

import msgspec

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export_lines import MARKING
from plateward.core.audit.log import act
from plateward.core.audit.models import AuditEntry
from plateward.core.pages.csv_export import csv_bytes
from plateward.core.pages.export_stop import may_leave
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.log.searching import LogQuery
from plateward.people import days

MOST = 10_000  # entries of a file
COLUMNS = (
    *("number", "time", "kind", "account", "name", "event", "what", "about", "outcome", "clause", "reason"),
    *("address", "node", "details", "as_sealed"),
)


@enforces("6.b.i.7/lists", "6.b.i.7/official", "6.b.i.9/read", "6.b.i.11/contained")
def export_entries(actor: Actor, query: LogQuery, filters: str) -> bytes:
    """The newest entries as CSV, marked in its first two lines. Raises Refused while exports are stopped."""
    number, at = uuid4().hex[:12], clock.now()
    entries = query.newest(-1, MOST + 1)
    mark = f"Export {number} · {actor.name} ({actor.id}) · {days.format_time(at)}"
    if len(entries) > MOST:
        mark += f" · the newest {MOST:,} entries; older ones are left out"
    rows = entries[:MOST]
    content = csv_bytes([MARKING], [[mark], COLUMNS, *_rows(rows)])
    with act(actor, Event.AUDIT_EXPORT, "audit log") as entry:
        entry.mention(*query.mentions)
        require(may_leave())
        digest = hashlib.sha256(content).hexdigest()
        entry.note(export=number, format="csv", filters=filters, entries=len(rows))
        entry.note(bytes=len(content), sha256=digest)
    return content


def _rows(entries: list[AuditEntry]) -> Iterator[list[object]]:
    for entry in entries:
        leaf = entry.sealed_leaf
        details = msgspec.json.encode(dict(entry.sealed_details)).decode() if leaf else ""
        yield [
            *(entry.sequence, entry.at.isoformat(), entry.actor_kind, entry.actor_id, entry.actor_name),
            *(entry.event, entry.event_label, entry.object, entry.outcome, entry.clause),
            *((leaf.reason, leaf.address, leaf.node) if leaf else ("", "", "")),
            details,
            "yes" if entry.leaf else "no: altered",
        ]
