"""What is wrong with an alert, on its page: faults, reported by a key, and the press that closes it as no match."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from plateward.ground.policy.decision import Allow
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.confirming import actions, rules
from plateward.work.alerts.confirming.models import Mark
from plateward.work.alerts.facts import Facts, FaultKind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.signals import HistoryLine, line_of
from plateward.work.alerts.step import step_form

# Each answer's key, as in frontend/src/shortcuts.js.
KEYS = {FaultKind.PLATE: "p", FaultKind.STATE: "s", FaultKind.VEHICLE_CLASS: "v", FaultKind.STALE: "e"}


def _buttons(kinds: Iterable[FaultKind]) -> list[dict[str, Any]]:
    return [{"kind": kind, "label": kind.label, "key": KEYS[kind]} for kind in kinds]


def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context: faults, those recorded; mark, the pending one, or None; may_undo; undo_for, in seconds;
    not_a_match, a button for each reason that this person may close it with; answers, for each other that they may
    record."""
    read, pending = alert.reading, None
    if facts.marked:
        pending = alert.marks.filter(ended_at=None).select_related("by").first()
    closing, recording = list[FaultKind](), list[FaultKind]()
    for kind in FaultKind:
        if isinstance(rules.may_press(person.permissions), Allow) and isinstance(
            rules.may_mark(facts, kind, read), Allow
        ):
            closing.append(kind)
        elif (
            read
            and Permission.ALERT_CONFIRM in person.permissions
            and isinstance(rules.may_record_fault(facts, kind, read), Allow)
        ):
            recording.append(kind)
    return {
        "faults": list(alert.faults.select_related("by")),
        "mark": pending,
        "may_undo": pending is not None and pending.by_id == person.pk,
        "undo_for": rules.UNDO_FOR.seconds,
        "not_a_match": _buttons(closing),
        "answers": _buttons(recording),
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


class FaultForm(forms.Form):
    """What is wrong."""

    kind = forms.ChoiceField(choices=FaultKind)


@step_form("confirming", "answer_form", FaultForm)
def fault(request: HttpRequest, alert: Alert, form: FaultForm) -> None:
    """Something is wrong with this alert; the closing form opens next."""
    made = actions.record_fault(actor_of(request), alert, FaultKind(form.cleaned_data["kind"]))
    kind = made.get_kind_display()
    messages.success(request, f"“{kind}” is recorded for the {made.of}. Close the alert with it.")


@step_form("confirming", "mark_form", FaultForm)
def mark(request: HttpRequest, alert: Alert, form: FaultForm) -> None:
    """Close it as no match, unless this is undone."""
    actions.mark(actor_of(request), alert, FaultKind(form.cleaned_data["kind"]))


@step_form("confirming", "undo_form", forms.Form)
def undo(request: HttpRequest, alert: Alert, _: forms.Form) -> None:
    """The alert stands as before."""
    made = actions.undo(actor_of(request), alert)
    messages.success(request, f"Undone: “{made.get_kind_display()}”. The alert is open as before.")
