"""Makes the copies that people requested, as evidence packages are made (`work/evidence/requested/making.py`): a node
leases a row, and one that is killed is followed by another, which begins again."""

from datetime import timedelta

from plateward.core.audit.actor import Actor
from plateward.core.audit.export import write_export
from plateward.core.jobs.lease import finish, renew
from plateward.core.outbox.sending import send_due
from plateward.core.pages.export_stop import may_leave
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.log_files.actions import discard
from plateward.oversight.log_files.models import FILES, LogFile
from plateward.people.access.rules import refusals_for
from plateward.people.access.standing import standing_of
from plateward.people.actor import PersonActor
from plateward.people.permissions import Permission
from plateward.work.evidence.made_for_person import KEPT_FOR, MOST_TRIES, progress_of, record_failure

HUB = Actor("system", "log-files", "The hub's copies of the log")
LEASE = timedelta(minutes=5)  # longer than the witnesses may take to answer


@enforces("6.b.i.9/read")
def make_files() -> int:
    """Make every copy that is due, and erase those that nobody took. Returns how many are ready. Several nodes may run
    this at once."""
    rows = LogFile.objects.filter(stage=LogFile.Stage.MAKING).select_related("by")
    done = send_due(rows, LEASE, _make, most=1, failed=record_failure)
    for row in LogFile.objects.expired():
        discard(HUB, row, "It expired.")
    FILES.erase_all_but(LogFile.objects.live())
    return done


@enforces("6.b.i.8/scope", "6.b.i.11/contained")
def _make(row: LogFile) -> bool:
    hopeless = "" if row.tries < MOST_TRIES else "The system was stopped each time while it made this copy."
    if refusals := refusals_for(standing_of(row.by), Permission.AUDIT_EXPORT):
        hopeless = str(refusals[0])
    if hopeless:
        finish(row, stage=LogFile.Stage.FAILED, problem=LogFile.Problem.HOPELESS, detail=hopeless[:300])
        return False
    require(may_leave())
    renew(row, LEASE, tries=row.tries + 1)  # now: a process that is killed counts nothing afterward
    with FILES.making(row.pk) as file:
        made = write_export(PersonActor.of(row.by), file.plain, progress_of(row, LEASE), name=row.subject)
        renew(row, LEASE)
        file.seal(made.digest)
        facts = {"entries": made.signed.head.size, "head_key": made.signed.key, "size": made.size}
        finish(
            row,
            stage=LogFile.Stage.READY,
            key=file.wrapped,
            sha256=made.digest,
            expires_at=clock.now() + KEPT_FOR,
            problem="",
            **facts,
        )
    return True
