"""What suspends a person's access, and the pages on which that begins and ends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.pages.fields import DayField
from plateward.people.access import standing
from plateward.people.access.models import Suspension
from plateward.people.access.suspensions import actions
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.reach import visible_people


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class LeaveForm(ReasonForm):
    first = DayField(label="First day")
    last = DayField(label="Last day", help_text="Access comes back by itself when this day is over.")
    field_order = ["first", "last", "reason"]


@dataclass(frozen=True)
class ActPage:
    """What a page of this package asks: its heading, the consequences of the act, and its button's label."""

    heading: str
    follows: tuple[str, ...]
    button: str
    grave: bool = True


LEAVE = ActPage(
    "Leave",
    (
        "Access is suspended from the beginning of the first day to the end of the last, and comes back by itself.",
        "Nothing else changes: role, unit and training stay.",
    ),
    "Record leave",
    grave=False,
)
TERMINATE = ActPage(
    "Separate from agency",
    (
        "Every session ends at once.",
        "Approved access and every office end, and what was asked for is closed.",
        "Whoever comes back needs a new request and a new approval.",
        "The supervisor and the ALPR administrators are told.",
    ),
    "End all access",
)
SWITCH_OFF = ActPage(
    "Suspend access now",
    (
        "Every session ends at once, and nothing answers to this person any more.",
        "Only the ALPR administrator can release it, and nobody their own; the last administrator's, the Chief.",
        "The supervisor and the ALPR administrators are told.",
    ),
    "Suspend access now",
)
RESTORE = ActPage(
    "Restore access",
    ("This suspension ends now. Whatever else is missing still stands in the way.",),
    "Restore access",
    grave=False,
)


@require_GET
def index(request: HttpRequest, username: str) -> HttpResponse:
    """Every suspension of a person's access, newest first."""
    person = get_object_or_404(visible_people(person_of(request)), username=username)
    record(actor_of(request), Event.ACCESS_VIEW, f"person:{person.username}")
    rows = suspension_rows(person)
    names = names_of(by for row in rows for by in (row.suspension.begun_by, row.suspension.ended_by))
    off = any(row.now and row.suspension.kind == Suspension.Kind.HIGH_RISK for row in rows)
    context = {
        "person": person,
        "standing": standing.standing_of(person),
        "suspensions": rows,
        "names": names,
    }
    context["switched_off"] = off
    context["gone"] = any(row.now and row.suspension.kind == Suspension.Kind.TERMINATED for row in rows)
    context["stranded"] = person in standing.stranded_administrators()
    return render(request, "access/suspensions.html", context)


@dataclass(frozen=True)
class SuspensionRow:
    """A suspension as it is at a moment."""

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
    form = LeaveForm(request.POST or None)

    def do() -> str:
        given = form.cleaned_data
        actions.give_leave(actor_of(request), person, given["first"], given["last"], given["reason"])
        return f"{person} is on leave from {given['first']} to {given['last']}."

    return _handle_act(request, person, LEAVE, form, do)


@require_http_methods(["GET", "POST"])
def terminate_access(request: HttpRequest, username: str) -> HttpResponse:
    """End all access of a person who has left."""
    person = get_object_or_404(Person, username=username)
    form = ReasonForm(request.POST or None)

    def do() -> str:
        actions.terminate_access(actor_of(request), person, form.cleaned_data["reason"])
        return f"All access of {person} has ended."

    return _handle_act(request, person, TERMINATE, form, do)


@require_http_methods(["GET", "POST"])
def switch_off(request: HttpRequest, username: str) -> HttpResponse:
    """Suspend access now for a high risk, in one act."""
    person = get_object_or_404(Person, username=username)
    form = ReasonForm(request.POST or None)

    def do() -> str:
        actions.switch_off(actor_of(request), person, form.cleaned_data["reason"])
        return f"{person} is suspended."

    return _handle_act(request, person, SWITCH_OFF, form, do)


@require_http_methods(["GET", "POST"])
def restore_access(request: HttpRequest, pk: int) -> HttpResponse:
    """End a suspension early: by the administrator, or by the Chief on the page of offices."""
    suspension = get_object_or_404(Suspension.objects.select_related("person"), pk=pk)
    form = ReasonForm(request.POST or None)

    def do() -> str:
        actions.restore_access(actor_of(request), suspension, form.cleaned_data["reason"])
        return f"{suspension.person} is no longer suspended ({suspension.get_kind_display().lower()})."

    return _handle_act(request, suspension.person, RESTORE, form, do, suspension)


def _handle_act(
    request: HttpRequest,
    person: Person,
    act_page: ActPage,
    form: ReasonForm,
    do: Callable[[], str],
    suspension: Suspension | None = None,
) -> HttpResponse:
    """Show the form, or do what it asks; a refused form keeps its input."""
    context: dict[str, Any] = {
        "person": person,
        "act_page": act_page,
        "form": form,
        "suspension": suspension,
    }
    if suspension:
        context["names"] = names_of([suspension.begun_by])
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            messages.success(request, do())
            return redirect("access:suspensions", person.username)
    record(actor_of(request), Event.ACCESS_VIEW, f"person:{person.username}")
    return render(
        request, "access/suspension_act.html", context | {"refusal": sent.refusal}, status=sent.status
    )
