"""After a breach is settled: a record that was altered past the hub stands as it is from now on, by two people's word.

Where the log has no more of a record than its digest, nobody can put the earlier one back but from a backup."""

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.integrity import Wrong, wrong_rows
from plateward.core.audit.records.tables import record_tables
from plateward.core.audit.records.writing import write_again
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces


class RecordNotAccepted(PlatewardError):
    """Nothing is wrong with it, or two people do not stand for it."""


@enforces("6.b.i.9/records")
def accept_record(actor: Actor, name: str, people: tuple[str, str], reason: str) -> str:
    """The record that Integrity calls `name` ("grant 12") is the log's own as it is, or as gone. Returns what was wrong
    with it. Raises RecordNotAccepted."""
    one, other = (person.strip() for person in people)
    if not (one and other and reason.strip()) or one.casefold() == other.casefold():
        raise RecordNotAccepted(
            "Two people accept a record that was altered past the hub, and say why: use --administrator, --second and "
            "--reason (OPR:50 6.b.i.9). Nothing was done."
        )
    with act(actor, Event.AUDIT_ACCEPT, name, reason=reason.strip()) as entry:
        wrong = _find(name)
        write_again(wrong.table, wrong.key, there=wrong.there)
        last = {} if wrong.entry is None else {"last_entry": wrong.entry}
        entry.note(administrator=one, second=other, found=wrong.what, **last)
    return wrong.what


def _find(name: str) -> Wrong:
    kind, _, key = name.strip().rpartition(" ")
    for table in record_tables().values():
        if table.kind == kind:
            for wrong in wrong_rows(table):
                if wrong.key == key:
                    return wrong
    raise RecordNotAccepted(
        f"Nothing is wrong with a record “{name}”. Give its name as Integrity shows it, such as “district 3” "
        "(OPR:50 6.b.i.9). Nothing was done."
    )
