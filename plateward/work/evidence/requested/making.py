"""Makes the packages that people requested."""

from datetime import timedelta
from pathlib import Path

from plateward.ground import clock
from plateward.ground.policy.decision import refusal_in
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.work.alerts.models import Alert
from plateward.work.evidence.made_for_person import (
    KEPT_FOR,
    MOST_TRIES,
    Hopeless,
    MadeFile,
    Making,
    Progress,
)
from plateward.work.evidence.package.build import CannotPackage, build_case_package
from plateward.work.evidence.requested.actions import expire
from plateward.work.evidence.requested.audience import may_still_have
from plateward.work.evidence.requested.models import RequestedPackage

LEASE = timedelta(minutes=3)  # longer than any step of a package: its report is set in one
MOST_OF_A_ROUND = 5
KILLED = (
    f"The system was stopped {MOST_TRIES} times while it made this package. Request one of fewer alerts; if that "
    "fails too, notify the ALPR administrator."
)


@enforces("6.a.iv/download", "6.e.iv.4/evidence")
def make_packages() -> int:
    """As `Making.make_due`."""
    return Making(RequestedPackage, LEASE, MOST_OF_A_ROUND, _why_hopeless, _write, expire).make_due()


@enforces("6.c.ii/cases", "6.b.i.8/scope")
def _why_hopeless(row: RequestedPackage) -> str:
    if refusal := refusal_in(may_still_have(row.by, row.alerts)):
        return str(refusal)
    if row.tries >= MOST_TRIES:
        return KILLED
    if clock.now() >= row.requested_at + KEPT_FOR:
        return f"It could not be made within a day. {row.problem_text}".strip()
    return ""


def _write(row: RequestedPackage, file: Path, progress: Progress) -> MadeFile:
    alerts = Alert.objects.filter(pk__in=row.alerts)
    try:
        made = build_case_package(row.number, alerts, file, by=PersonActor.of(row.by), progress=progress)
    except CannotPackage as error:
        raise Hopeless(str(error)) from error
    return MadeFile(made.sha256, {"package_id": made.package, "reads": made.reads})
