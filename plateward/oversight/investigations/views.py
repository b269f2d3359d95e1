"""Investigations: opening one, the list, one with its steps, the subject's entries of the log, and one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.csv_export import saved_as
from plateward.core.pages.fields import parse_number
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.decision import Allow
from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches.views import breaches_for
from plateward.oversight.findings.actions import open_finding
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.investigations import actions, concluding, forms, rules
from plateward.oversight.investigations.forms import ActForm
from plateward.oversight.investigations.models import Investigation, InvestigationStep
from plateward.oversight.investigations.printing import print_file
from plateward.oversight.investigations.routing import (
    find_reviewers,
    matter_of,
    party_of,
)
from plateward.oversight.investigations.rules import Progress
from plateward.oversight.log.forms import LogFilters
from plateward.people import days
from plateward.people.actor_names import names_of
from plateward.people.http import HiddenObject, actor_of, person_of, visible_or_404
from plateward.people.permissions import Permission

ENTRIES = 50  # of the log on a page


@dataclass(frozen=True)
class PageAct:
    """Something to do on the page; `duty`: whose it is; `when`: how far the investigation must be."""

    label: str
    form: type[ActForm]
    handle: Callable[..., None]
    duty: actions.Duty = rules.may_work
    when: Callable[[Progress], bool] = lambda _: True


def _has_pending(progress: Progress) -> bool:
    return any(not ruling.accepted for ruling in progress.rulings.values())


ACTS = {
    "review": PageAct(
        "Review an outcome", forms.ReviewForm, concluding.review, rules.may_review, _has_pending
    ),
    "report": PageAct(
        "Record the report to the CJIS Security Officer",
        forms.ReportForm,
        concluding.report,
        when=lambda progress: progress.sustained and not progress.reported_at,
    ),
    "discipline": PageAct(
        "Record the discipline",
        forms.DisciplineForm,
        concluding.discipline,
        when=lambda progress: progress.sustained,
    ),
    "close": PageAct(
        "Close the investigation",
        forms.CloseForm,
        concluding.close,
        rules.may_lead,
        lambda progress: progress.decided,
    ),
    "allege": PageAct("Add an allegation", forms.AllegeForm, actions.allege, rules.may_lead),
    "interview": PageAct("Record an interview", forms.InterviewForm, actions.add_interview, rules.may_lead),
    "attach": PageAct("Attach a finding or an alert", forms.AttachForm, actions.attach, rules.may_lead),
    "conclude": PageAct(
        "Decide an allegation",
        forms.ConcludeForm,
        concluding.conclude,
        rules.may_lead,
        lambda progress: bool(progress.allegations) and not progress.decided,
    ),
    "note": PageAct("Add a note", forms.NoteForm, actions.add_note),
    "suspend": PageAct("Suspend access now", forms.SuspendForm, actions.suspend),
    "implicate": PageAct("Name someone who may be involved", forms.PersonForm, actions.implicate),
    "notify": PageAct("Notify the subject", forms.NotifyForm, concluding.notify_subject, rules.may_lead),
    "assign": PageAct("Assign another investigator", forms.AssignForm, actions.assign, rules.may_review),
}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The open ones, or all, newest first."""
    every = request.GET.get("show") == "all"
    rows = Investigation.objects.seen_by(person_of(request))
    page = page_of(request, rows if every else rows.filter(closed_at=None))
    shown = "all" if every else "open"
    record(actor_of(request), Event.INVESTIGATION_VIEW, "investigations", show=shown, page=page.number)
    return render(request, "investigations/index.html", {"page": page, "every": every, "now": clock.now()})


@require_http_methods(["GET", "POST"])
@enforces("6.f.i.3/investigate")
def open_investigation(request: HttpRequest) -> HttpResponse:
    """Open one: from a finding or breach that the address names, or from one's own knowledge."""
    person = person_of(request)
    finding = breach = None
    initial: dict[str, Any] = {}
    if number := parse_number(request.GET.get("finding", "")):
        finding = visible_or_404(findings_for(person), number, Event.FINDING_VIEW)
        initial = {
            "subject": finding.subject.username,
            "what": finding.sentence,
            "happened_on": days.day_of(finding.first_at),
            "known": f"Finding {finding.pk}: {finding.detector}.",
        }
    elif number := parse_number(request.GET.get("breach", "")):
        if Permission.BREACH_HANDLE not in person.permissions:
            raise HiddenObject(Event.BREACH_VIEW, f"breach:{number}")
        breach = visible_or_404(breaches_for(person), number, Event.BREACH_VIEW)
        initial = {
            "subject": breach.concerns and breach.concerns.username,
            "what": breach.what,
            "happened_on": days.day_of(breach.noticed_at),
            "known": f"{breach}: {breach.get_kind_display()}.",
        }
    form = forms.OpenForm(request.POST or None, initial=initial)
    if finding:
        form.fields["subject"].disabled = True
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            made = actions.open_investigation(
                actor_of(request), **form.cleaned_data, finding=finding, breach=breach
            )
            mine = Investigation.objects.seen_by(person).filter(pk=made.pk).exists()
            done = f"{made} is open. Its investigator was notified."
            return sent.done(done, made if mine else "investigations:index")
    if finding:
        open_finding(actor_of(request), finding)
    record(actor_of(request), Event.INVESTIGATION_VIEW, "investigations:open")
    return sent.render("investigations/open.html", finding=finding, breach=breach)


@require_GET
@enforces("6.f.i.3/investigate", "AU-6/findings")
def show_investigation(request: HttpRequest, pk: int) -> HttpResponse:
    """One investigation, its clocks, steps and viewers, and what this person may do."""
    return _render(request, _visible(request, pk), Submission(request))


@require_POST
@enforces("6.f.i.3/investigate")
def do(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One of the acts of its page."""
    if act not in ACTS:
        raise Http404
    investigation, chosen = _visible(request, pk), ACTS[act]
    sent, form = submitted(request, chosen.form, investigation=investigation, viewer=person_of(request))
    if sent.valid:
        with sent:
            chosen.handle(actor_of(request), investigation, **form.cleaned_data)
            still = Investigation.objects.seen_by(person_of(request)).filter(pk=pk).exists()
            return sent.done("Recorded.", investigation if still else "investigations:index")
    return _render(request, investigation, sent)


@require_http_methods(["GET", "POST"])
@enforces("6.f.i.3/investigate", "6.b.i.9/read", "AU-6/findings")
def show_entries(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries of the log that it stands on; for the investigator, all of the subject's, to attach."""
    investigation, viewer = _visible(request, pk), person_of(request)
    leads = isinstance(rules.may_lead(party_of(viewer), matter_of(investigation)), Allow)
    searching = leads and not investigation.closed_at and request.GET.get("show") == "all"
    sent, form = submitted(request, forms.EntriesForm, investigation=investigation, viewer=viewer)
    if sent.valid:
        with sent:
            actions.attach(actor_of(request), investigation, **form.cleaned_data)
            return sent.done("Attached.", "investigations:entries", pk)
    filters = LogFilters(request.GET.dict() | {"who": investigation.subject.username})
    before = parse_number(request.GET.get("before", "")) or -1
    # An entry's number would name whose act it is.
    actions.record_view(
        actor_of(request), investigation, entries="all" if searching else "attached", older=before > 0
    )
    if searching:
        entries = filters.query().newest(before, ENTRIES + 1)
    else:
        entries = list(
            AuditEntry.objects.filter(pk__in=investigation.steps.exclude(entry=None).values("entry"))
        )
    return sent.render(
        "investigations/entries.html",
        investigation=investigation,
        filters=filters,
        entries=entries[:ENTRIES] if searching else entries,
        older=entries[ENTRIES - 1].sequence if searching and len(entries) > ENTRIES else None,
        searching=searching,
        leads=leads and not investigation.closed_at,
    )


@require_GET
@enforces("6.f.i.3/investigate", "6.b.i.11/contained")
def give_file(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it as a PDF, on the log before it leaves."""
    investigation = _visible(request, pk)
    content = print_file(actor_of(request), investigation)
    return HttpResponse(content, **saved_as(f"investigation-{pk}", "pdf"))


@require_GET
@enforces("6.f.i.3/investigate")
def own(request: HttpRequest) -> HttpResponse:
    """What somebody was notified of about themselves, and nothing else."""
    person = person_of(request)
    record(actor_of(request), Event.INVESTIGATION_VIEW, "investigations:own")
    rows = InvestigationStep.objects.filter(
        investigation__subject=person, kind=InvestigationStep.Kind.NOTIFIED
    )
    steps = rows.select_related("investigation").order_by("-pk")
    return render(request, "investigations/own.html", {"steps": steps})


def _visible(request: HttpRequest, pk: int) -> Investigation:
    return visible_or_404(Investigation.objects.seen_by(person_of(request)), pk, Event.INVESTIGATION_VIEW)


def _render(request: HttpRequest, investigation: Investigation, sent: Submission) -> HttpResponse:
    viewer = person_of(request)
    actions.record_view(actor_of(request), investigation)
    party, matter, progress = party_of(viewer), matter_of(investigation), investigation.progress
    offered = [
        {
            "to": reverse("investigations:act", args=[investigation.pk, name]),
            "label": item.label,
            "form": sent.form_of(item.form, investigation=investigation, viewer=viewer),
        }
        for name, item in ACTS.items()
        if not progress.closed_at
        and isinstance(item.duty(party, matter), Allow)
        and (item.when(progress) or sent.form_of(item.form, offered=False))
        and (name != "suspend" or Permission.PERSON_SWITCH_OFF in viewer.permissions)
    ]
    steps = investigation.steps.select_related("person", "allegation", "offense", "finding", "alert", "entry")
    return sent.render(
        "investigations/investigation.html",
        investigation=investigation,
        steps=steps,
        allegations=[
            (allegation, progress.rulings.get(allegation.pk))
            for allegation in investigation.allegations.all()
        ],
        by=names_of([step.by for step in steps]),
        acts=offered,
        reviewers=find_reviewers(investigation) if _has_pending(progress) else (),
        views=investigation.views.select_related("by")[:50],
        now=clock.now(),
    )
