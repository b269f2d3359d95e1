"""What suspends a person's access, and the pages on which that begins and ends."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.core.pages.fields import DayField, LongTextField
from plateward.ground import clock
from plateward.people.access import standing
from plateward.people.access.models import Suspension
from plateward.people.access.suspensions import actions
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.reach import visible_people


class ReasonForm(forms.Form):
    reason = LongTextField(
        3, label="Reason", max_length=400, help_text="It stays on record, and those who manage people see it."
    )


class LeaveForm(ReasonForm):
    first = DayField(label="First day", help_text="From this day on the person has no access.")
    last = DayField(label="Last day", help_text="Access is restored automatically after this day.")
    field_order = ["first", "last", "reason"]


@require_GET
def index(request: HttpRequest, username: str) -> HttpResponse:
    """Every suspension of a person's access, newest first."""
    person = get_object_or_404(visible_people(person_of(request)), username=username)
    record(actor_of(request), Event.ACCESS_VIEW, f"person:{person.username}")
    rows = suspension_rows(person)
    names = names_of(by for row in rows for by in (row.suspension.begun_by, row.suspension.ended_by))
    live = {row.suspension.kind for row in rows if row.now}
    context = {
        "person": person,
        "standing": standing.standing_of(person),
        "suspensions": rows,
        "names": names,
        "switched_off": Suspension.Kind.HIGH_RISK in live,
        "gone": Suspension.Kind.TERMINATED in live,
        "stranded": person in standing.stranded_administrators(),
    }
    return render(request, "access/suspensions.html", context)


@dataclass(frozen=True)
class SuspensionRow:
    suspension: Suspension
    now: bool  # it is in force
    to_come: bool

    @property
    def may_end(self) -> bool:
        """Whether there is something to restore and the viewer may do it."""
        return (self.now or self.to_come) and self.suspension.kind != Suspension.Kind.RECOVERY


def suspension_rows(person: Person) -> list[SuspensionRow]:
    """Newest first; for the person's page too."""
    now = clock.now()
    return [
        SuspensionRow(
            suspension,
            suspension.begins <= now and (suspension.ends is None or now < suspension.ends),
            suspension.begins > now and suspension.ends != suspension.begins,
        )
        for suspension in Suspension.objects.filter(person=person).order_by("-begins", "-pk")
    ]


@require_http_methods(["GET", "POST"])
def give_leave(request: HttpRequest, username: str) -> HttpResponse:
    """Record leave, from now or from a future day."""
    person = get_object_or_404(Person, username=username)
    done = "{person} is on leave from {first} to {last}."
    return _handle_act(request, "leave", LeaveForm, actions.give_leave, person, done)


@require_http_methods(["GET", "POST"])
def terminate_access(request: HttpRequest, username: str) -> HttpResponse:
    person = get_object_or_404(Person, username=username)
    done = "All access of {person} has ended."
    return _handle_act(request, "terminate", ReasonForm, actions.terminate_access, person, done)


@require_http_methods(["GET", "POST"])
def switch_off(request: HttpRequest, username: str) -> HttpResponse:
    """Suspend access now for a high risk, in one act."""
    person = get_object_or_404(Person, username=username)
    return _handle_act(
        request, "switch_off", ReasonForm, actions.switch_off, person, "{person} is suspended."
    )


@require_http_methods(["GET", "POST"])
def restore_access(request: HttpRequest, pk: int) -> HttpResponse:
    """End a suspension early: by the administrator, or by the Chief on the page of offices."""
    suspension = get_object_or_404(Suspension.objects.select_related("person"), pk=pk)
    done = f"{{person}} is no longer suspended ({suspension.get_kind_display().lower()})."
    return _handle_act(request, "restore", ReasonForm, actions.restore_access, suspension, done)


def _handle_act(
    request: HttpRequest,
    template: str,
    form_class: type[ReasonForm],
    act: Callable[..., Suspension | None],
    about: Person | Suspension,
    done: str,
) -> HttpResponse:
    """Show the form, or do what it asks; a refused form keeps its input. `done`: what then has happened, with {person}
    and the form's fields."""
    suspension = about if isinstance(about, Suspension) else None
    person = about.person if isinstance(about, Suspension) else about
    sent, form = submitted(request, form_class)
    if sent.valid:
        with sent:
            act(actor_of(request), about, **form.cleaned_data)
            return sent.done(
                done.format(person=person, **form.cleaned_data), "access:suspensions", person.username
            )
    record(actor_of(request), Event.ACCESS_VIEW, f"person:{person.username}")
    return sent.render(
        f"access/{template}.html",
        person=person,
        suspension=suspension,
        names=names_of([suspension.begun_by] if suspension else []),
    )
