"""Offenses: those that wait for the chain of command, one with all that became of it, and recording one."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.pages.lists import page_of
from plateward.people.chain import is_above
from plateward.people.deciders import named
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.people.offenses.models import Note, Offense
from plateward.people.offenses.rules import CLAUSES, FOR_GOOD, clauses
from plateward.people.penalties import actions
from plateward.people.penalties.forms import Lifting, Noting, Recording
from plateward.people.permissions import Permission
from plateward.people.reach import theirs, within
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Told:
    """An offense as a page shows it."""

    offense: Offense
    asks: str  # what the clause offended against asks
    penalty_clause: str
    state: str  # open, handled
    appeal: str  # the last note about one, if any
    lifted: bool
    in_force: bool


def told(offense: Offense) -> Told:
    """From an offense with its notes at hand."""
    kinds = [one.kind for one in offense.notes.all()]
    appeals = [one for one in offense.notes.all() if one.kind != Note.Kind.HANDLED]
    now = clock.now()
    lifted = Note.Kind.GRANTED in kinds
    ended = offense.ends is not None and offense.ends <= now
    return Told(
        offense,
        clauses().get(offense.clause, ""),
        CLAUSES.get(offense.number, FOR_GOOD),
        "handled" if Note.Kind.HANDLED in kinds else "open",
        appeals[-1].get_kind_display() if appeals else "",
        lifted,
        not (lifted or ended),
    )


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The offenses of those within reach, newest first: the open ones, or all."""
    every = request.GET.get("show") == "all"
    found = Offense.objects.filter(person__in=within(person_of(request)))
    found = found if every else found.open()
    found = found.select_related("person").prefetch_related("notes").order_by("-pk")
    page = page_of(request, found)
    record(
        who_is(request), Event.PENALTY_VIEW, "penalties", show="all" if every else "open", page=page.number
    )
    rows = [told(one) for one in page]
    by = named(one.recorded_by for one in page)
    return render(request, "penalties/index.html", {"page": page, "rows": rows, "by": by, "every": every})


@require_GET
def offense(request: HttpRequest, pk: int) -> HttpResponse:
    """One offense and what became of it, with what the viewer may add."""
    return _offense(request, _theirs(request, pk), Submission(request))


@enforces("6.g.i")
@require_http_methods(["GET", "POST"])
def record_offense(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what happened, look at the penalty that follows, then record it."""
    person = theirs(request, pk)
    form = Recording(request.POST or None)
    foreseen, sent = None, Submission(request, form)
    if sent.valid:
        if "looked_at" in request.POST:
            with sent:
                made = actions.record(
                    who_is(request), person, **form.cleaned_data, looked_at=_number(request.POST["looked_at"])
                )
                messages.success(request, f"Recorded. {person.full_name}'s access is revoked from now on.")
                return redirect("penalties:offense", made.pk)
        foreseen = actions.foreseen(person)
    record(who_is(request), Event.PENALTY_VIEW, f"person:{person.username}", looking_at="the penalty to come")
    context = {
        "person": person,
        "form": form,
        "foreseen": foreseen,
        "refusal": sent.refusal,
        "asks": clauses().get(form.data.get("clause", ""), ""),
    }
    return render(request, "penalties/record.html", context, status=sent.status)


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Note who handled it and how, an appeal, or its denial."""
    found, form = _theirs(request, pk), Noting(request.POST)
    sent = Submission(request, form)
    if sent.valid:
        given = form.cleaned_data
        with sent:
            actions.note(
                who_is(request),
                person_of(request),
                found,
                Note.Kind(given["kind"]),
                given["by"],
                given["text"],
            )
            messages.success(request, "Noted.")
            return redirect("penalties:offense", pk)
    return _offense(request, found, sent, noting=form)


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """The Chief grants the appeal."""
    found, form = _theirs(request, pk), Lifting(request.POST)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            actions.lift(who_is(request), person_of(request), found, form.cleaned_data["text"])
            messages.success(
                request, "The appeal is granted: this revocation has ended, and the offense counts no more."
            )
            return redirect("penalties:offense", pk)
    return _offense(request, found, sent, lifting=form)


def _theirs(request: HttpRequest, pk: int) -> Offense:
    found = get_object_or_404(Offense.objects.select_related("person"), pk=pk)
    theirs(request, found.person_id)
    return found


def _offense(
    request: HttpRequest,
    found: Offense,
    sent: Submission,
    *,
    noting: forms.Form | None = None,
    lifting: forms.Form | None = None,
) -> HttpResponse:
    viewer: Person = person_of(request)
    record(who_is(request), Event.PENALTY_VIEW, f"person:{found.person.username}", offense=found.pk)
    notes = [*found.notes.all()]
    above = is_above(viewer, found.person)
    may_note = above and Permission.PENALTY_HANDLE in viewer.permissions
    appeals = [one.kind for one in notes if one.kind != Note.Kind.HANDLED]
    may_lift = (
        above and Permission.PENALTY_LIFT in viewer.permissions and appeals[-1:] == [Note.Kind.APPEALED]
    )
    mine = f"{viewer.rank} {viewer.full_name}".strip()
    context = {
        "told": told(found),
        "person": found.person,
        "notes": notes,
        "by": named([found.recorded_by, *(one.noted_by for one in notes)]),
        "noting": (noting or Noting(initial={"by": mine})) if may_note else None,
        "lifting": (lifting or Lifting(auto_id="lift_%s")) if may_lift else None,
        "refusal": sent.refusal,
    }
    return render(request, "penalties/offense.html", context, status=sent.status)


def _number(text: str) -> int:
    """The offense's number as it was shown; what is none is never the right one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
