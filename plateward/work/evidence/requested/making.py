"""Makes what people requested. A node leases a row, and says about once a second how far it is. One that is killed is
followed by another when its lease is over, which erases what is left of the first and begins this package again. What
kills or fails the hub again and again ends; what an outage or a stop of exports delays, waits."""

from datetime import timedelta

from plateward.core.jobs.lease import finish, renew
from plateward.core.outbox.sending import send_due
from plateward.core.pages.export_stop import may_leave
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import refusal_in, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.work.alerts.models import Alert
from plateward.work.evidence.made_for_person import KEPT_FOR, MOST_TRIES, progress_of, record_failure
from plateward.work.evidence.package.build import CannotPackage, build_case_package
from plateward.work.evidence.requested.actions import expire
from plateward.work.evidence.requested.audience import may_still_have
from plateward.work.evidence.requested.models import FILES, RequestedPackage

LEASE = timedelta(minutes=3)  # longer than any step of a package: its report is set in one
MOST_OF_A_ROUND = 5
KILLED = (
    f"The system was stopped {MOST_TRIES} times while it made this package. Request one of fewer alerts; if that "
    "fails too, notify the ALPR administrator."
)


class Hopeless(PlatewardError):
    """There will be no such package, however often it is tried; the sentence says why."""


@enforces("6.a.iv/download", "6.e.iv.4/evidence")
def make_packages() -> int:
    """Make every package that is due, and erase those that expired. Returns how many are ready. Several nodes may run
    this at once."""
    rows = RequestedPackage.objects.filter(stage=RequestedPackage.Stage.MAKING).select_related("by")
    done = send_due(rows, LEASE, _make, most=MOST_OF_A_ROUND, failed=record_failure)
    for row in RequestedPackage.objects.expired():
        expire(row)
    FILES.erase_all_but(RequestedPackage.objects.live())
    return done


def _make(row: RequestedPackage) -> bool:
    try:
        _require_hope(row)
        require(may_leave())
        renew(row, LEASE, tries=row.tries + 1)  # now: a process that is killed counts nothing afterward
        _make_file(row)
    except (CannotPackage, Hopeless) as error:
        why = {"problem": RequestedPackage.Problem.HOPELESS, "detail": str(error)[:300]}
        finish(row, stage=RequestedPackage.Stage.FAILED, **why)
        return False
    return True


@enforces("6.c.ii/cases", "6.b.i.8/scope")
def _require_hope(row: RequestedPackage) -> None:
    if refusal := refusal_in(may_still_have(row.by, row.alerts)):
        raise Hopeless(str(refusal))
    if row.tries >= MOST_TRIES:
        raise Hopeless(KILLED)
    if clock.now() >= row.requested_at + KEPT_FOR:
        raise Hopeless(f"It could not be made within a day. {row.problem_text}".strip())


def _make_file(row: RequestedPackage) -> None:
    with FILES.making(row.pk) as file:
        alerts = Alert.objects.filter(pk__in=row.alerts)
        made = build_case_package(
            row.number, alerts, file.plain, by=PersonActor.of(row.by), progress=progress_of(row, LEASE)
        )
        renew(row, LEASE)
        file.seal(made.sha256)
        finish(
            row,
            stage=RequestedPackage.Stage.READY,
            key=file.wrapped,
            package_id=made.package,
            reads=made.reads,
            expires_at=clock.now() + KEPT_FOR,
            problem="",
        )
