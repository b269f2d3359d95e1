"""Findings: the list, one of them, and the thresholds. Who looks is on the log first."""

from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.findings import actions
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.findings.forms import FindingFilters, OutcomeForm, ThresholdForm
from plateward.oversight.findings.models import Finding, FindingOutcome, ThresholdChange
from plateward.oversight.findings.rules import MEANINGS
from plateward.pages.acts import submitted
from plateward.pages.lists import page_of
from plateward.people.http import actor_of, person_of, visible_or_404
from plateward.policy.trace import enforces
from plateward.searches.models import Search

CHART_DAYS = 60


@require_GET
@enforces("6.a.ii.2", "6.a.ii.3", "AU-6")
def list_findings(request: HttpRequest) -> HttpResponse:
    """Those that the viewer may see; without an outcome first."""
    rows = findings_for(person_of(request)).select_related("subject__unit", "outcome__by", "investigation")
    filters = FindingFilters(request.GET, rows.order_by(F("outcome__pk").asc(nulls_first=True), "-pk"))
    page = page_of(request, filters.qs)
    # The filters may name somebody who reads the log.
    named = [f"finding:{finding.pk}" for finding in page]
    record(actor_of(request), Event.FINDING_VIEW, "findings", page=page.number, mentions=named)
    return render(request, "findings/index.html", {"page": page, "filters": filters, "now": clock.now()})


@require_http_methods(["GET", "POST"])
@enforces("6.f.i.3", "AU-6", "6.b.i.9")
def show_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """A finding with the subject's searches per day, who opened it, and its outcome."""
    rows = findings_for(person_of(request)).select_related("subject__unit", "outcome__by", "investigation")
    finding = visible_or_404(rows, pk, Event.FINDING_VIEW)
    sent, form = submitted(request, OutcomeForm)
    if sent.valid:
        with sent:
            kind = FindingOutcome.Kind(form.cleaned_data["kind"])
            actions.decide_finding(actor_of(request), finding, kind, form.cleaned_data["text"])
            return sent.done(f"Outcome of finding {pk} saved: {kind.label.lower()}.", "findings:index")
    actions.open_finding(actor_of(request), finding)
    investigation = getattr(finding, "investigation", None)
    seen = investigation and investigation.is_seen_by(person_of(request))
    return sent.render(
        "findings/finding.html",
        finding=finding,
        investigation=investigation if seen else None,
        now=clock.now(),
        bars=bars_of(finding),
        views=finding.views.select_related("by")[:50],
        thresholds=[
            (MEANINGS[name], value) for name, value in finding.thresholds.items() if name in MEANINGS
        ],
    )


@require_http_methods(["GET", "POST"])
@enforces("6.h.i")
def set_threshold(request: HttpRequest) -> HttpResponse:
    """All thresholds with what they mean, and a form that sets one."""
    sent, form = submitted(request, ThresholdForm)
    if sent.valid:
        with sent:
            actions.set_threshold(actor_of(request), **form.cleaned_data)
            return sent.done(
                "Threshold saved. It is in effect from the next hourly run.", "findings:thresholds"
            )
    record(actor_of(request), Event.THRESHOLD_VIEW, "thresholds")
    now, groups = actions.thresholds_now(), defaultdict(list)
    for item in fields(Thresholds):
        groups[item.metadata["of"]].append((MEANINGS[item.name], getattr(now, item.name), item.default))
    changes = ThresholdChange.objects.select_related("by")[:20]
    return sent.render(
        "findings/thresholds.html",
        groups=dict(groups),
        changes=[(MEANINGS.get(change.name, change.name), change) for change in changes],
    )


@dataclass(frozen=True)
class Bar:
    """A day of the chart; `x` and `height` are in the units of its drawing, which is 100 high."""

    day: date
    searches: int
    x: int
    height: float


def bars_of(finding: Finding) -> list[Bar]:
    """The subject's searches on each of the days until the finding was last seen; none, if there were none."""
    last = finding.last_at.date()
    days = [last - timedelta(days=CHART_DAYS - 1 - index) for index in range(CHART_DAYS)]
    moments = Search.objects.filter(person=finding.subject, at__date__gte=days[0], at__date__lte=last)
    counts = Counter(moment.date() for moment in moments.values_list("at", flat=True))
    most = max(counts.values(), default=0)
    return [
        Bar(day, counts[day], index * 10, round(counts[day] / most * 100, 1))
        for index, day in enumerate(days)
        if most
    ]
