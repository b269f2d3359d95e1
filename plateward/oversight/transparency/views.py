"""What is published, the yearly report, and those of other agencies."""

import hashlib

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.pages import uploads
from plateward.core.pages.acts import Submission, failure_as_message, submitted
from plateward.core.pages.charts import widths
from plateward.core.pages.documents import DocumentField, document_response
from plateward.core.pages.export_stop import may_leave
from plateward.core.pages.pdf import export_pdf
from plateward.core.pages.uploads import SHOWN
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.published_log.actions import due_months
from plateward.oversight.published_log.models import PublishedMonth
from plateward.oversight.transparency import yearly
from plateward.oversight.transparency.counting import FIGURES
from plateward.oversight.transparency.models import AgencyReport, Published, YearlyReport
from plateward.oversight.transparency.year_file import COLUMNS, state_totals, year_csv, year_json
from plateward.people import days
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission
from plateward.people.sharing.public import Public, public_state

TEMPLATE = "oversight/templates/transparency/report.typ"
KINDS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
CHARTED = ("reads", "hits", "searches.made", "unauthorized")


class YearForm(forms.Form):
    """A year to count."""

    year = forms.IntegerField(
        label="Year", min_value=2020, max_value=2100, help_text="A calendar year of the agency that is over."
    )


class ReportsFile(forms.Form):
    """A file of yearly reports."""

    file = DocumentField(
        accept=".json,.csv,application/json,text/csv",
        most=COLUMNS.max_bytes,
        label="JSON or CSV file",
        help_text="One agency's report as JSON, or those of any agencies as CSV. You see it before anything is saved.",
    )


@require_GET
@enforces("SB40.report/yearly")
def index(request: HttpRequest) -> HttpResponse:
    """What is published, and the reports."""
    return _render_index(request, Submission(request))


@require_POST
@enforces("SB40.report/yearly")
def ask(request: HttpRequest) -> HttpResponse:
    """The administrator has a year counted."""
    sent, form = submitted(request, YearForm)
    if sent.valid:
        with sent:
            made = yearly.ask_report(actor_of(request), form.cleaned_data["year"])
            return sent.done("It is being counted. Reload the page to see how far it is.", made)
    return _render_index(request, sent)


def _render_index(request: HttpRequest, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.TRANSPARENCY_VIEW, "yearly reports")
    permissions = person_of(request).permissions
    context = {
        "figures": public_state(Public.FIGURES),
        "searches": public_state(Public.SEARCHES),
        "through": Published.objects.values_list("through", flat=True).first(),
        "months": PublishedMonth.objects.all()[:12],
        "due": due_months(),
        "reports": list(YearlyReport.objects.select_related("approved_by")[:20]),
        "years": list(AgencyReport.objects.order_by("-year").values_list("year", flat=True).distinct()),
        "ask": sent.form_of(
            YearForm,
            offered=Permission.TRANSPARENCY_MANAGE in permissions,
            initial={"year": days.today().year - 1},
        ),
    }
    return sent.render("transparency/index.html", **context)


@require_GET
@enforces("SB40.report/yearly")
def show_report(request: HttpRequest, pk: int) -> HttpResponse:
    """A year's figures, or how far the count is."""
    return _render_report(request, _report(pk), Submission(request))


def _report(pk: int) -> YearlyReport:
    return get_object_or_404(YearlyReport.objects.select_related("asked_by", "approved_by"), pk=pk)


def _render_report(request: HttpRequest, report: YearlyReport, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.TRANSPARENCY_VIEW, f"year:{report.year}", report=report.pk)
    decides = Permission.TRANSPARENCY_DECIDE in person_of(request).permissions
    return sent.render("transparency/report.html", report=report, decides=decides)


@require_POST
@enforces("SB40.report/yearly")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The Chief approves a report."""
    report, sent = _report(pk), Submission(request)
    with sent:
        yearly.approve_report(actor_of(request), report)
        return sent.done("Approved.", report)
    return _render_report(request, report, sent)


@require_GET
@enforces("SB40.report/yearly", "6.b.i.9/first")
def export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The report as PDF, JSON or CSV."""
    report, actor = _report(pk), actor_of(request)
    if form not in KINDS or report.counted_at is None:
        raise Http404("A counted report is PDF, JSON or CSV.")
    document = yearly.document_of(report)
    if form == "pdf":
        data = {
            "year": report.year,
            "rows": report.rows,
            "size": report.size,
            "root": report.root,
            "approved": f"Approved by {report.approved_by}, {days.format_time(report.approved_at)}"
            if report.approved_at
            else "Not approved yet.",
        }
        content = export_pdf(actor, Event.YEARLY_EXPORT, f"year:{report.year}", TEMPLATE, data)
    elif form == "json":
        content = year_json(document)
    else:
        content = year_csv([document])
    return _file(request, content, f"sb40-{document.ori}-{report.year}.{form}", form, report.year)


def _file(request: HttpRequest, content: bytes, name: str, form: str, year: int) -> HttpResponse:
    if form != "pdf":
        with act(actor_of(request), Event.YEARLY_EXPORT, f"year:{year}") as entry:
            require(may_leave())
            entry.note(format=form, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    return document_response(content, name, KINDS[form])


@require_http_methods(["GET", "POST"])
@enforces("SB40.report/state")
def preview_file(request: HttpRequest) -> HttpResponse:
    """Preview a file of other agencies' reports; with `upload`, keep them."""
    if "upload" in request.POST:
        with failure_as_message(request):
            upload = uploads.waiting(actor_of(request), yearly.PURPOSE, request.POST["upload"])
            done = yearly.apply_reports(actor_of(request), upload)
            counts = ", ".join(f"{number} {what}" for what, number in done.counts.items())
            messages.success(request, f"{upload}: {counts}.")
        return redirect("yearly:index")
    form = ReportsFile(request.POST or None, request.FILES or None)
    preview, sent = None, Submission(request, form)
    if sent.valid:
        with sent:
            document = form.cleaned_data["file"]
            preview = yearly.preview_reports(actor_of(request), document.name, document.content)
    return sent.render("transparency/import.html", preview=preview, limit=SHOWN, figures=FIGURES)


@require_GET
@enforces("SB40.report/state")
def show_state(request: HttpRequest, year: int) -> HttpResponse:
    """The sums of all agencies' reports of a year, and each agency's."""
    record(actor_of(request), Event.TRANSPARENCY_VIEW, f"year:{year}", agencies=True)
    reports = yearly.reports_of(year)
    totals = state_totals(reports)
    context = {
        "year": year,
        "reports": reports,
        "totals": [(FIGURES[name], number) for name, number in totals.items()],
        "charts": [
            (f"{FIGURES[name]}, by agency", widths((row.agency, row.figures.get(name, 0)) for row in reports))
            for name in CHARTED
        ],
    }
    return render(request, "transparency/state.html", context)


@require_GET
@enforces("SB40.report/state")
def export_state(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """All agencies' reports of a year as CSV, in the schema that they came in."""
    if form != "csv":
        raise Http404("The state's reports are CSV.")
    return _file(request, year_csv(yearly.reports_of(year)), f"sb40-state-{year}.csv", "csv", year)
