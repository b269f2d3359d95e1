"""Evidence on exports to DEMS, for the compliance report."""

from collections.abc import Iterator

from plateward.core.audit.evidence import PERIOD
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.work.evidence.dems.models import Duty, Upload
from plateward.work.evidence.dems.service import client


def facts() -> Iterator[Fact]:
    """Hits used for enforcement and leads vetted for a case that are due in DEMS, and what it acknowledged."""
    duties = Duty.objects.open()
    overdue = duties.filter(due_at__lt=clock.now()).count()
    yield fact(
        "6.a.iv",
        "6.e.iii",
        "6.e.iv.4",
        text="Hits used for enforcement, leads vetted for a case: {duties:,}; whose export to DEMS is not confirmed "
        "yet: {open_duties:,}; overdue: {overdue_duties:,}.",
        duties=Duty.objects.count(),
        open_duties=duties.count(),
        overdue_duties=overdue,
        attention="Exports to DEMS overdue: {late}. Their owners and supervisors find them under DEMS exports due.",
        late=overdue,
        route="dems:index",
    )
    uploads, since = Upload.objects.all(), clock.now() - PERIOD
    yield fact(
        "6.a.iv",
        "6.e.iv.4",
        text="Packages that DEMS acknowledged with the hash of what was sent, in the last 30 days: {acknowledged:,}; "
        "on their way: {sending:,}; items of any age that DEMS had when it was last asked: {kept:,}; of these, at "
        "another DEMS, which is no longer asked: {elsewhere:,}.",
        acknowledged=uploads.filter(acknowledged_at__gte=since).count(),
        sending=uploads.under_way().count(),
        kept=uploads.kept().count(),
        elsewhere=uploads.kept().count() - uploads.kept().answerable().count(),
        attention="Items that DEMS had acknowledged and lost: {missing}. See DEMS exports due.",
        missing=uploads.exclude(missing_at=None).count(),
        route="dems:index",
    )
    if client() is None:
        yield fact(
            "6.a.iv",
            "6.e.iv.4",
            text="The hub is not connected to DEMS: people export by hand, and a second person confirms it.",
            route="dems:index",
        )
