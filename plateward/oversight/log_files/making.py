"""Makes the copies that people requested."""

from datetime import timedelta
from pathlib import Path

from plateward.core.audit.actor import Actor
from plateward.core.audit.export import write_export
from plateward.ground.policy.trace import enforces
from plateward.oversight.log_files.actions import discard
from plateward.oversight.log_files.models import LogFile
from plateward.people.access.rules import refusals_for
from plateward.people.access.standing import standing_of
from plateward.people.actor import PersonActor
from plateward.people.permissions import Permission
from plateward.work.evidence.made_for_person import MOST_TRIES, MadeFile, Making, Progress

HUB = Actor("system", "log-files", "The hub's copies of the log")
LEASE = timedelta(minutes=5)  # longer than the witnesses may take to answer


@enforces("6.b.i.9/read")
def make_files() -> int:
    """As `Making.make_due`."""
    return Making(LogFile, LEASE, 1, _why_hopeless, _write, _expire).make_due()


@enforces("6.b.i.8/scope", "6.b.i.11/contained")
def _why_hopeless(row: LogFile) -> str:
    if refusals := refusals_for(standing_of(row.by), Permission.AUDIT_EXPORT):
        return str(refusals[0])
    return "" if row.tries < MOST_TRIES else "The system was stopped each time while it made this copy."


def _write(row: LogFile, file: Path, progress: Progress) -> MadeFile:
    made = write_export(PersonActor.of(row.by), file, progress, name=row.subject)
    head = made.signed
    return MadeFile(
        made.digest,
        {"sha256": made.digest, "entries": head.head.size, "head_key": head.key, "size": made.size},
    )


def _expire(row: LogFile) -> None:
    discard(HUB, row, "It expired.")
