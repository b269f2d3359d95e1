"""The compliance report: the page, and the whole of it as a document. Who looks is on the log first."""

import hashlib
import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from plateward.core.audit.events import Event
from plateward.core.audit.export_lines import MARKING
from plateward.core.audit.log import record
from plateward.core.pages.csv_export import saved_as
from plateward.core.pages.pdf import export_pdf
from plateward.ground import clock
from plateward.ground.policy.evidence import installation_facts
from plateward.ground.policy.present import to_markdown
from plateward.ground.policy.report import ReportLine, policy_report
from plateward.ground.policy.trace import enforces
from plateward.oversight.compliance.facts import facts_of_rooms
from plateward.oversight.compliance.listing import STATE_TEXTS, ReportFilters, figures_of
from plateward.oversight.compliance.printing import report_data
from plateward.people import days
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.routes import may_open

FORMS = ("pdf", "md", "json")
TEMPLATE = "oversight/templates/compliance/report.typ"


@require_GET
@enforces("4.a/map", "4.b/map", "4.c/map")
def index(request: HttpRequest) -> HttpResponse:
    """Each row of the rule books: what the software does, its code, tests, live evidence and gaps."""
    filters = ReportFilters(request.GET)
    record(actor_of(request), Event.COMPLIANCE_VIEW, "compliance report", filters=request.GET.urlencode())
    lines = report_now()
    shown = filters.passing(lines)
    by_id = {line.id: line for line in lines}
    context = {
        "filters": filters,
        "rows": [
            {
                "line": line,
                "facts": [
                    (fact["text"], link_for(person_of(request), fact["route"]))
                    for fact in line.evidence["facts"]
                ],
                "topics": [(topic.title, [by_id[row] for row in topic.rows]) for topic in line.topics],
            }
            for line in shown
        ],
        "unfolded": any(request.GET.values()),
        "figures": figures_of(shown),
        "counts": [(text, sum(line.state == state for line in shown)) for state, text in STATE_TEXTS.items()],
        "attention": sum(bool(line.attention) for line in shown),
        "read_at": clock.now(),
    }
    return render(request, "compliance/index.html", context)


@require_GET
@enforces("4.a/map", "4.b/map", "4.c/map", "6.b.i.9/entries", "6.b.i.9/first")
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The whole report as a PDF, as Markdown, or as JSON."""
    if form not in FORMS:
        raise Http404("The report is a PDF, Markdown or JSON.")
    lines, actor = report_now(), actor_of(request)
    if form == "pdf":
        content = export_pdf(
            actor,
            Event.COMPLIANCE_EXPORT,
            "compliance report",
            TEMPLATE,
            report_data(lines, days.format_time(clock.now())),
        )
    else:
        mark = f"{MARKING}\n\nRead {days.format_time(clock.now())} by {actor.name} ({actor.id}).\n\n"
        text = as_json(lines) if form == "json" else mark + to_markdown(lines)
        content = text.encode()
        digest = hashlib.sha256(content).hexdigest()
        record(
            actor,
            Event.COMPLIANCE_EXPORT,
            "compliance report",
            format=form,
            bytes=len(content),
            sha256=digest,
        )
    return HttpResponse(content, **saved_as("compliance", form))


def report_now() -> list[ReportLine]:
    """The report with this hub's evidence as it is now."""
    return policy_report([*installation_facts(), *facts_of_rooms()], clock.now().isoformat())


def link_for(viewer: Person, route: str) -> str:
    """The address of a page that the viewer may open, or nothing."""
    return reverse(route) if may_open(viewer, route) else ""


def as_json(lines: list[ReportLine]) -> str:
    """As `plateward policy report --json` prints it."""
    return json.dumps([line.as_json() for line in lines], ensure_ascii=False, indent=1)
