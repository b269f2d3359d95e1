"""Evidence on training, for the compliance report."""

from collections.abc import Iterator

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.people import days
from plateward.people.training.models import Duty, Record, Requirement, Version


def facts() -> Iterator[Fact]:
    """Requirements in force, records kept, duties to retrain."""
    live = Requirement.objects.filter(ends=None)
    yield fact(
        "6.b.i.4",
        "AT-3",
        text="Training requirements in force: {requirements}, for {roles} roles, each agreed with the Advanced "
        "Training Bureau.",
        requirements=live.count(),
        roles=live.values("role").distinct().count(),
        route="training:courses",
    )
    oldest = Record.objects.order_by("completed_on").first()
    yield fact(
        "AT-4",
        text="Training records: {records:,}; the oldest is of {oldest}. None is ever deleted.",
        records=Record.objects.count(),
        oldest=clock.format_day(oldest.completed_on) if oldest else "no day yet",
        route="training:index",
    )
    duties = Duty.objects.filter(closed_at=None)
    overdue = duties.filter(retrain_due__lt=days.today()).count()
    yield fact(
        "6.d.iv",
        "AT-2",
        text="Versions of training materials: {versions:,}; open duties to update and retrain: {duties}; past their "
        "deadline: {overdue}.",
        versions=Version.objects.count(),
        duties=duties.count(),
        overdue=overdue,
        attention="Duties to retrain past their deadline: {late}. Complete them under Training, Duties.",
        late=overdue,
        route="training:duties",
    )
