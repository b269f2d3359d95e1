"""Marking an alert as no match, and undoing that; and what its page shows of both."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from plateward.ground.policy.decision import Allow
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.work.alerts.confirming.views import FaultForm, buttons
from plateward.work.alerts.facts import Facts, FaultKind
from plateward.work.alerts.marking import actions, rules
from plateward.work.alerts.marking.models import Mark
from plateward.work.alerts.models import Alert
from plateward.work.alerts.signals import HistoryLine, line_of
from plateward.work.alerts.step import step_form


def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context: mark, the pending one, or None; may_undo; undo_for, in seconds; not_a_match, a button for each
    reason that this person may close it with."""
    pending = alert.marks.filter(ended_at=None).select_related("by").first() if facts.marked else None
    may = isinstance(rules.may_press(person.permissions), Allow)
    return {
        "mark": pending,
        "may_undo": pending is not None and pending.by_id == person.pk,
        "undo_for": rules.UNDO_FOR.seconds,
        "not_a_match": buttons(
            kind
            for kind in FaultKind
            if may and isinstance(rules.may_mark(facts, kind, alert.reading), Allow)
        ),
    }


def history(alert: Alert) -> list[HistoryLine]:
    """Its marks, and what became of them."""
    lines: list[HistoryLine] = []
    for made in alert.marks.select_related("by"):
        lines.append(line_of(made, f"Not a match: {made.get_kind_display().lower()}"))
        if made.ended_at and made.end != Mark.End.CLOSED:
            undone = "Undid the mark" if made.end == Mark.End.UNDONE else "The mark lapsed"
            lines.append(HistoryLine(made.ended_at, str(made.by), undone))
    return lines


@step_form("marking", "mark_form", FaultForm)
def mark(request: HttpRequest, alert: Alert, form: FaultForm) -> None:
    """Close it as no match, unless this is undone."""
    actions.mark(actor_of(request), alert, FaultKind(form.cleaned_data["kind"]))


@step_form("marking", "undo_form", forms.Form)
def undo(request: HttpRequest, alert: Alert, _: forms.Form) -> None:
    """The alert stands as before."""
    made = actions.undo(actor_of(request), alert)
    messages.success(request, f"Undone: “{made.get_kind_display()}”. The alert is open as before.")
