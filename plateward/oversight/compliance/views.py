"""The compliance report: the page, and the whole of it as a document. Who looks is on the log first."""

import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.export_lines import MARKING
from plateward.audit.log import record
from plateward.oversight.compliance.facts import facts_of_rooms
from plateward.oversight.compliance.listing import STATE_TEXTS, ReportFilters, figures_of
from plateward.pages.csv_export import saved_as
from plateward.pages.pdf import export_pdf
from plateward.people import days
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.routes import may_open
from plateward.policy.evidence import installation_facts
from plateward.policy.present import CODE_ALONE, to_markdown
from plateward.policy.report import ReportLine, policy_report
from plateward.policy.trace import enforces

FORMS = ("pdf", "md", "json")


@require_GET
@enforces("4.a", "4.b", "4.c")
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
@enforces("4.a", "4.b", "4.c", "6.b.i.9")
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
            "oversight/compliance/templates/compliance/report.typ",
            printed(lines),
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


def printed(lines: list[ReportLine]) -> dict[str, Any]:
    """The data of the printed report."""
    return {
        "read_at": days.format_time(clock.now()),
        "figures": [
            (figure.title, str(figure.covered), str(figure.partly), str(figure.gap))
            for figure in figures_of(lines)
        ],
        "rows": [
            {
                "id": line.id,
                "section": line.section,
                "kind": line.kind,
                "state": STATE_TEXTS[line.state],
                "mechanism": line.mechanism,
                "code": ", ".join(line.modules),
                "tests": ", ".join(line.test_files),
                "cited": f"Cited in code: {len(line.code)}, by tests: {len(line.tests)}",
                "facts": [fact["text"] for fact in line.evidence["facts"]] or [CODE_ALONE],
                "attention": line.attention,
                "gaps": line.gaps,
                "topics": [(topic.title, ", ".join(topic.rows)) for topic in line.topics],
            }
            for line in lines
        ],
    }
