"""Findings: the list, one of them, and the thresholds. Who looks is on the log first."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.core.pages.charts import DAYS, DayBar, day_bars
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.every import DETECTORS
from plateward.oversight.findings import actions
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.findings.forms import FindingFilters, MisuseForm, OutcomeForm, ThresholdForm
from plateward.oversight.findings.models import Finding, ThresholdChange
from plateward.oversight.findings.rules import words_of
from plateward.people.http import actor_of, person_of, visible_or_404
from plateward.work.searches.models import Search


@require_GET
@enforces("6.a.ii.2/found", "6.a.ii.3/found", "AU-6/findings")
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
@enforces("6.f.i.3/investigate", "AU-6/findings", "6.b.i.9/entries")
def show_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """A finding with the subject's searches per day, who opened it, and its outcome."""
    rows = findings_for(person_of(request)).select_related("subject__unit", "outcome__by", "investigation")
    finding = visible_or_404(rows, pk, Event.FINDING_VIEW)
    sent, form = submitted(request, OutcomeForm)
    if sent.valid:
        with sent:
            kind = form.cleaned_data["kind"]
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
        bars=_searches_of(finding),
        views=finding.views.select_related("by")[:50],
        detector=_says(finding.detector, finding.thresholds),
    )


def _says(name: str, numbers: Mapping[str, float]) -> str:
    """When the detector makes a finding, with its numbers as they were; empty if there is no such detector any more."""
    detector = DETECTORS.get(name)
    return detector.says(numbers) if detector and numbers.keys() == detector.numbers.keys() else ""


@require_http_methods(["GET", "POST"])
def set_threshold(request: HttpRequest) -> HttpResponse:
    """All detectors by what they say, and a form that sets one of their numbers."""
    sent, form = submitted(request, ThresholdForm, initial={"name": request.GET.get("name")})
    if sent.valid:
        with sent:
            actions.set_threshold(actor_of(request), **form.cleaned_data)
            return sent.done(
                "Threshold saved. It is in effect from the next hourly run.", "findings:thresholds"
            )
    record(actor_of(request), Event.THRESHOLD_VIEW, "thresholds")
    now = actions.numbers_now()
    changes = ThresholdChange.objects.select_related("by")[:20]
    return sent.render(
        "findings/thresholds.html",
        detectors=[(each, each.says(now[each.name]), each.says(each.numbers)) for each in DETECTORS.values()],
        changes=[(words_of(change.name), change) for change in changes],
    )


@require_http_methods(["GET", "POST"])
@enforces("6.f.i.3/investigate")
def report_misuse(request: HttpRequest) -> HttpResponse:
    """Report that somebody misused the system, whatever one's role."""
    sent, form = submitted(request, MisuseForm)
    if sent.valid:
        with sent:
            actions.report_misuse(actor_of(request), **form.cleaned_data)
            done = "Your report was sent to those who investigate it. The person cannot see it; do not discuss it."
            return sent.done(done, "findings:report")
    record(actor_of(request), Event.FINDING_VIEW, "findings:report")
    return sent.render("findings/report.html")


def _searches_of(finding: Finding) -> list[DayBar]:
    """The subject's searches on each of the days until the finding was last seen."""
    last = finding.last_at.date()
    moments = Search.objects.filter(
        person=finding.subject, at__date__gt=last - timedelta(days=DAYS), at__date__lte=last
    )
    return day_bars(Counter(moment.date() for moment in moments.values_list("at", flat=True)), last)
