"""What the alert's page shows about faults, and reporting one by a key or button."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from plateward.ground.policy.decision import Allow
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.confirming import actions, rules
from plateward.work.alerts.facts import Facts, FaultKind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.step import step_form

# Each answer's key, as in frontend/src/shortcuts.js.
KEYS = {FaultKind.PLATE: "p", FaultKind.STATE: "s", FaultKind.VEHICLE_CLASS: "v", FaultKind.STALE: "e"}


def buttons(kinds: Iterable[FaultKind]) -> list[dict[str, Any]]:
    """A button for each of these faults, with its key."""
    return [{"kind": kind, "label": kind.label, "key": KEYS[kind]} for kind in kinds]


def template_context(
    alert: Alert, facts: Facts, person: Person, closing: Collection[FaultKind]
) -> dict[str, Any]:
    """Template context: faults, those recorded; answers, those that this person may give, without those of which one
    press is `closing` it anyhow."""
    read = alert.reading if Permission.ALERT_CONFIRM in person.permissions else None
    return {
        "faults": list(alert.faults.select_related("by")),
        "answers": buttons(
            kind
            for kind in FaultKind
            if read and kind not in closing and isinstance(rules.may_record_fault(facts, kind, read), Allow)
        ),
    }


class FaultForm(forms.Form):
    """What is wrong."""

    kind = forms.ChoiceField(choices=FaultKind)


@step_form("confirming", "answer_form", FaultForm)
def fault(request: HttpRequest, alert: Alert, form: FaultForm) -> None:
    """Something is wrong with this alert; the closing form opens next."""
    made = actions.record_fault(actor_of(request), alert, FaultKind(form.cleaned_data["kind"]))
    kind = made.get_kind_display()
    messages.success(request, f"“{kind}” is recorded for the {made.of}. Close the alert with it.")
