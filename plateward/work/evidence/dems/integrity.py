"""The check of DEMS: it still has what it acknowledged, is asked about that, and takes what is sent."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from plateward.core.jobs.check import Check, Fault, Group, whole
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.work.evidence.dems.asking import EVERY, MOST_A_DAY
from plateward.work.evidence.dems.models import Duty, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.service import client

STUCK_AFTER = timedelta(hours=4)
LATELY = timedelta(days=30)  # what went without a timestamp cannot be mended, so it is not shown for ever


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def _check_dems() -> tuple[int, list[Fault]]:
    return Upload.objects.kept().count(), [*_missing(), *_stuck(), *_not_checked(), *_not_timestamped()]


def _missing() -> Iterator[Fault]:
    for duty in Duty.objects.open().prefetch_related("steps", "uploads"):
        if duty.standing.kind == DutyStepKind.MISSING:
            lost = duty.uploads.exclude(missing_at=None).latest("missing_at")
            yield Fault(duty.subject, f"DEMS lost item {lost.item}.", link=duty.get_absolute_url())


def _stuck() -> Iterator[Fault]:
    stuck = Upload.objects.under_way().filter(begun_at__lt=clock.now() - STUCK_AFTER)
    for upload in stuck.select_related("duty"):
        problem = upload.problem_text or "It is not whole there yet."
        yield Fault(upload.duty.subject, problem, link=upload.duty.get_absolute_url())


def _not_checked() -> Iterator[Fault]:
    kept = Upload.objects.kept().answerable().order_by("checked_at")
    oldest = kept.first()
    allowed = EVERY * (2 + kept.count() // MOST_A_DAY)
    if oldest and oldest.checked_at and oldest.checked_at < clock.now() - allowed:
        ago = clock.format_span(clock.now() - oldest.checked_at)
        why = "It does not answer." if client() else "The system is no longer connected to it."
        yield Fault("DEMS", f"Nobody asked about item {oldest.item} for {ago}. {why}")


def _not_timestamped() -> Iterator[Fault]:
    if not settings.TSA_URL:
        return
    lately = Upload.objects.kept().filter(acknowledged_at__gt=clock.now() - LATELY)
    for upload in lately.without_timestamp().select_related("duty"):
        problem = (
            f"Item {upload.item} went to DEMS without a timestamp: the authority did not give one in time."
        )
        yield Fault(upload.duty.subject, problem, link=upload.duty.get_absolute_url())


CHECKS = (
    Check(
        "dems.items", Group.POLICY, "Evidence in DEMS", "items", "6.a.iv",
        "Have the owner export it again on the page of its export. If DEMS does not answer, ask its administrator.",
        whole(_check_dems),
    ),
)  # fmt: skip
