"""What the alert's page shows about faults, and reporting one by a key or button."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from plateward.alerts.confirming import actions, rules
from plateward.alerts.facts import Facts, FaultKind
from plateward.alerts.models import Alert
from plateward.alerts.steps.views import step
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.decision import Allow

# Each answer's key, as in frontend/src/shortcuts.js.
KEYS = {FaultKind.PLATE: "p", FaultKind.STATE: "s", FaultKind.VEHICLE_CLASS: "v", FaultKind.STALE: "e"}


def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context: faults, those recorded; answers, a button for each that this person may give."""
    read = alert.reading if Permission.ALERT_CONFIRM in person.permissions else None
    offered = [kind for kind in FaultKind if isinstance(rules.may_record_fault(facts, kind, read), Allow)]
    return {
        "faults": list(alert.faults.select_related("by")),
        "answers": [{"kind": kind, "label": kind.label, "key": KEYS[kind]} for kind in offered]
        if read
        else [],
    }


class FaultForm(forms.Form):
    """What is wrong."""

    kind = forms.ChoiceField(choices=FaultKind)


@step("answer_form", FaultForm)
def fault(request: HttpRequest, alert: Alert, form: FaultForm) -> None:
    """Something is wrong with this alert; the closing form opens next."""
    made = actions.record_fault(actor_of(request), alert, FaultKind(form.cleaned_data["kind"]))
    kind = made.get_kind_display()
    messages.success(
        request, f"“{kind}” is recorded for the {made.of}. Step 5 is ready to close the alert with it."
    )
