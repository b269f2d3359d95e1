"""What waits in oversight, for the navigation and the home page."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Coalesce

from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches.models import Breach
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.findings.models import Finding
from plateward.oversight.integrity.models import Acceptance
from plateward.oversight.investigations.models import Investigation
from plateward.oversight.reviews.models import AuditReview
from plateward.people.actor_names import person_key
from plateward.people.navigation import Viewer
from plateward.people.waiting import Matter, Waiting, if_any

MOST = 100  # of each kind, the oldest, whose deadlines are computed


@enforces("6.f.i.3/investigate")
@if_any(Finding.objects.waiting)
def _findings(viewer: Viewer) -> Waiting:
    """Due as `Finding.due` is."""
    rows = findings_for(viewer.person).waiting().order_by()
    first = Min(Coalesce("outcome__at", "reported_at"))
    found = rows.aggregate(count=Count("pk"), since=Min("reported_at"), first=first)
    due = found["first"] + timedelta(days=settings.FINDING_DAYS) if found["first"] else None
    return Waiting(found["count"], found["since"], due)


@enforces("6.f.i.3/investigate")
@if_any(lambda: Investigation.objects.filter(closed_at=None))
def _investigations(viewer: Viewer) -> Waiting:
    rows = Investigation.objects.seen_by(viewer.person).filter(closed_at=None).select_related(None)
    return _with_deadlines(rows, "opened_at")


@enforces("6.b.i.10/review", "AU-6/weekly")
@if_any(AuditReview.objects.unsigned)
def _reviews(_: Viewer) -> Waiting:
    return Waiting.among(AuditReview.objects.unsigned(), "opened_at", "due")


@enforces("6.b.i.11/cyber", "IR-6/hour")
@if_any(Breach.objects.open)
def _breaches(viewer: Viewer) -> Waiting:
    """Due: the next office that must be notified."""
    rows = Breach.objects.not_about(viewer.person).open().prefetch_related("steps")
    return _with_deadlines(rows, "reported_at")


@enforces("6.b.i.9/records")
@if_any(lambda: Acceptance.objects.filter(decided_at=None))
def _acceptances(viewer: Viewer) -> Waiting:
    others = Acceptance.objects.filter(decided_at=None).exclude(proposed_by=person_key(viewer.person))
    return Waiting.among(others, "proposed_at")


def _with_deadlines(rows: QuerySet[Any], since: str) -> Waiting:
    oldest = list(rows.order_by("pk")[:MOST])
    few = Waiting.of(getattr(row, since) for row in oldest)
    due = (item.due for row in oldest for item in row.deadlines if item.done is None)
    return replace(few if few.count < MOST else Waiting.among(rows, since), due=min(due, default=None))


FINDINGS = Matter("findings:index", "Findings to review", _findings)
INVESTIGATIONS = Matter("investigations:index", "Open investigations", _investigations)
REVIEWS = Matter("reviews:index", "Audit reviews to sign", _reviews)
BREACHES = Matter("breaches:index", "Open breaches", _breaches)
ACCEPTANCES = Matter("integrity:decide", "Altered records to confirm", _acceptances, page="integrity:altered")
MATTERS = (FINDINGS, INVESTIGATIONS, REVIEWS, BREACHES, ACCEPTANCES)
