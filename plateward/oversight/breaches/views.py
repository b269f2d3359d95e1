"""Breaches: reporting one, those that are open, and one with what is done about it."""

from collections.abc import Callable

from django import forms as django_forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.export_stop import are_exports_stopped
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches import actions, forms
from plateward.oversight.breaches.models import Breach, Breaches
from plateward.people.actor import PersonActor
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of, visible_or_404
from plateward.people.models import Person
from plateward.people.permissions import Permission

MOST_OWN = 20  # of one's own reports shown


@enforces("6.b.i.11/apart", "6.c.ii/people")
def breaches_for(person: Person) -> Breaches:
    """Those that this person may see to: all but the ones that concern them."""
    breaches: Breaches = Breach.objects.select_related("reported_by", "concerns").prefetch_related(
        "steps__suspect"
    )
    return breaches.not_about(person)


@require_http_methods(["GET", "POST"])
@enforces("6.b.i.11/report", "IR-6/hour")
def report(request: HttpRequest) -> HttpResponse:
    """Report a breach, whatever one's role; and one's own reports."""
    person = person_of(request)
    sent, form = submitted(request, forms.BreachForm)
    if sent.valid:
        with sent:
            breach = actions.report_breach(actor_of(request), **form.cleaned_data)
            return sent.done(
                f"Reported as {str(breach).lower()}. The ALPR administrator, IT Cyber Security and the CJIS Security "
                "Officer were notified. If data is leaking now, call one of them, too.",
                "breaches:report",
            )
    record(actor_of(request), Event.BREACH_VIEW, "breaches:own")
    own = Breach.objects.filter(reported_by=person).prefetch_related("steps")[:MOST_OWN]
    return sent.render("breaches/report.html", own=own)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The open breaches, or all, newest first."""
    every = request.GET.get("show") == "all"
    breaches = breaches_for(person_of(request))
    page = page_of(request, breaches if every else breaches.open())
    record(
        actor_of(request), Event.BREACH_VIEW, "breaches", show="all" if every else "open", page=page.number
    )
    context = {"page": page, "every": every, "stopped": are_exports_stopped(), "now": clock.now()}
    return render(request, "breaches/index.html", context)


@require_GET
def show_breach(request: HttpRequest, pk: int) -> HttpResponse:
    """One breach, its deadlines and steps, and what this person may do."""
    return _render(request, _visible(request, pk), Submission(request))


def _close(actor: PersonActor, breach: Breach, **given: object) -> None:
    given["courses"] = [course.code for course in given["courses"]]  # type: ignore[attr-defined]
    actions.close_breach(actor, breach, **given)  # type: ignore[arg-type]


def _act(
    form_class: type[django_forms.Form], handle: Callable[..., None], done: str, to: str = ""
) -> Callable[[HttpRequest, int], HttpResponse]:
    """The view of one act on the page of a breach."""

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        breach = _visible(request, pk)
        sent, form = submitted(request, form_class, auto_id=_auto_id(form_class))
        if sent.valid:
            with sent:
                handle(actor_of(request), breach, **form.cleaned_data)
                return sent.done(done, to or breach)
        return _render(request, breach, sent)

    return view


confirm = _act(forms.ConfirmForm, actions.confirm_breach, "Confirmed.")
note_notified = _act(forms.NotifiedForm, actions.note_notified, "Recorded.")
cut = _act(forms.CutForm, actions.cut_off, "Cut off.")
resume = _act(forms.ResumeForm, actions.resume_exports, "Exports go on.")
add_note = _act(forms.NoteForm, actions.add_note, "Noted.")
name_suspect = _act(forms.SuspectForm, actions.name_suspect, "Recorded.", to="breaches:index")
close = _act(forms.CloseForm, _close, "Closed.")


def _visible(request: HttpRequest, pk: int) -> Breach:
    return visible_or_404(breaches_for(person_of(request)), pk, Event.BREACH_VIEW)


def _auto_id(form_class: type[django_forms.Form]) -> str:
    return f"{form_class.__name__.lower()}_%s"


def _render(request: HttpRequest, breach: Breach, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.BREACH_VIEW, f"breach:{breach.pk}")

    def offered(form_class: type[django_forms.Form]) -> django_forms.Form | None:
        return sent.form_of(form_class, auto_id=_auto_id(form_class))

    steps = list(breach.steps.all())
    stopped, stopped_here = are_exports_stopped(), are_exports_stopped(cause=str(breach))
    open_ = breach.closed_at is None
    closes = Permission.BREACH_CLOSE in person_of(request).permissions
    return sent.render(
        "breaches/breach.html",
        breach=breach,
        steps=steps,
        by=names_of(step.by for step in steps),
        stopped=stopped,
        confirming=offered(forms.ConfirmForm) if open_ and breach.confirmed_at is None else None,
        officer=settings.SYSTEMS_OFFICER,
        notifying=offered(forms.NotifiedForm) if open_ else None,
        cutting=offered(forms.CutForm) if open_ else None,
        resuming=offered(forms.ResumeForm) if open_ and stopped_here else None,
        suspecting=offered(forms.SuspectForm) if open_ else None,
        noting=offered(forms.NoteForm) if open_ else None,
        closing=offered(forms.CloseForm) if open_ and closes else None,
        now=clock.now(),
    )
