"""Offenses: those that wait for the chain of command, one with its history, and recording one."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.fields import ClauseField, LongTextField, parse_number
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.penalties import actions
from plateward.people.penalties.models import Note, Offense
from plateward.people.penalties.rules import PENALTY_CLAUSES, PERMANENT_CLAUSE, policy_clauses
from plateward.people.permissions import Permission
from plateward.people.reach import visible_people, visible_person
from plateward.people.superiors import is_above


class OffenseForm(forms.Form):
    what = LongTextField(
        5,
        label="What happened",
        max_length=2000,
        help_text="What was done, when, and how it is known. Cannot be changed later.",
    )
    clause = ClauseField(policy_clauses, "The requirement that was violated.")


class NoteForm(forms.Form):
    kind = forms.TypedChoiceField(
        label="Record",
        coerce=Note.Kind,
        choices=[(kind.value, kind.label) for kind in Note.Kind if kind is not Note.Kind.GRANTED],
        widget=forms.RadioSelect,
        help_text="How the offense was handled. It is added to the record; nothing recorded earlier changes.",
    )
    by = forms.CharField(
        label="By whom",
        max_length=100,
        help_text="Rank and name of who handled or decided it.",
    )
    text = LongTextField(
        5, label="How", max_length=2000, help_text="For example: letter of reprimand of March 3."
    )


class GrantAppealForm(forms.Form):
    text = LongTextField(
        5,
        label="Why the appeal is granted",
        max_length=2000,
        help_text="Who decided it, and why. The penalty ends at once.",
    )


def offense_row(offense: Offense) -> dict[str, Any]:
    """What a page shows of an offense with its notes prefetched. `asks`: what the violated clause requires; `state`:
    open or handled; `appeal`: the last note about one, if any."""
    kinds = [note.kind for note in offense.notes.all()]
    appeals = [note for note in offense.notes.all() if note.kind != Note.Kind.HANDLED]
    lifted = Note.Kind.GRANTED in kinds
    return {
        "offense": offense,
        "asks": policy_clauses().get(offense.clause, ""),
        "penalty_clause": PENALTY_CLAUSES.get(offense.number, PERMANENT_CLAUSE),
        "state": "handled" if Note.Kind.HANDLED in kinds else "open",
        "appeal": appeals[-1].get_kind_display() if appeals else "",
        "lifted": lifted,
        "in_force": not lifted and (offense.ends is None or offense.ends > clock.now()),
    }


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The offenses of people within reach, newest first: the open ones, or all."""
    every = request.GET.get("show") == "all"
    offenses = Offense.objects.filter(person__in=visible_people(person_of(request)))
    offenses = offenses if every else offenses.open()
    offenses = offenses.select_related("person").prefetch_related("notes").order_by("-pk")
    page = page_of(request, offenses)
    record(
        actor_of(request), Event.PENALTY_VIEW, "penalties", show="all" if every else "open", page=page.number
    )
    rows = [offense_row(offense) for offense in page]
    by = names_of(offense.recorded_by for offense in page)
    return render(request, "penalties/index.html", {"page": page, "rows": rows, "by": by, "every": every})


@require_GET
def offense_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One offense and its history, with what the viewer may add."""
    return _render_offense(request, _visible_offense(request, pk), Submission(request))


@enforces("6.g.i/recorded")
@require_http_methods(["GET", "POST"])
def record_offense(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what happened, preview the penalty, then record it."""
    person = visible_person(request, pk)
    form = OffenseForm(request.POST or None)
    foreseen, sent = None, Submission(request, form)
    if sent.valid:
        if "seen" in request.POST:
            with sent:
                made = actions.record_offense(
                    actor_of(request),
                    person,
                    **form.cleaned_data,
                    seen=parse_number(request.POST["seen"]) or 0,
                )
                return sent.done(
                    f"Recorded. {person.full_name}'s access is now revoked.", "penalties:offense", made.pk
                )
        foreseen = actions.next_penalty(person)
    record(
        actor_of(request), Event.PENALTY_VIEW, f"person:{person.username}", looking_at="the penalty to come"
    )
    return sent.render(
        "penalties/record.html",
        person=person,
        form=form,
        foreseen=foreseen,
        asks=policy_clauses().get(form.data.get("clause", ""), ""),
    )


@require_POST
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who handled it and how, an appeal, or its denial."""
    return _handle_note(request, pk, NoteForm, actions.note_offense, "Noted.")


@require_POST
def grant_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    done = "The appeal is granted: this revocation has ended, and the offense no longer counts."
    return _handle_note(request, pk, GrantAppealForm, actions.grant_appeal, done)


def _handle_note(
    request: HttpRequest, pk: int, form_class: type[forms.Form], note: Callable[..., Note], done: str
) -> HttpResponse:
    offense = _visible_offense(request, pk)
    sent, form = submitted(request, form_class)
    if sent.valid:
        with sent:
            note(actor_of(request), offense, **form.cleaned_data)
            return sent.done(done, "penalties:offense", pk)
    return _render_offense(request, offense, sent)


def _visible_offense(request: HttpRequest, pk: int) -> Offense:
    offense = get_object_or_404(Offense.objects.select_related("person"), pk=pk)
    visible_person(request, offense.person_id)
    return offense


def _render_offense(request: HttpRequest, offense: Offense, sent: Submission) -> HttpResponse:
    viewer: Person = person_of(request)
    record(actor_of(request), Event.PENALTY_VIEW, f"person:{offense.person.username}", offense=offense.pk)
    notes = [*offense.notes.all()]
    above = is_above(viewer, offense.person)
    may_note = above and Permission.PENALTY_HANDLE in viewer.permissions
    appeals = [note.kind for note in notes if note.kind != Note.Kind.HANDLED]
    may_lift = (
        above and Permission.PENALTY_LIFT in viewer.permissions and appeals[-1:] == [Note.Kind.APPEALED]
    )
    initial = {"by": f"{viewer.rank} {viewer}".strip()}
    return sent.render(
        "penalties/offense.html",
        row=offense_row(offense),
        person=offense.person,
        notes=notes,
        by=names_of([offense.recorded_by, *(note.noted_by for note in notes)]),
        noting=sent.form_of(NoteForm, initial=initial) if may_note else None,
        lifting=sent.form_of(GrantAppealForm, auto_id="lift_%s") if may_lift else None,
    )
