"""What the alert's page shows about one-key answers."""

from dataclasses import dataclass
from typing import Any

from plateward.alerts.confirming import rules
from plateward.alerts.confirming.agreement import agreement_of
from plateward.alerts.facts import Facts, FaultKind
from plateward.alerts.models import Alert
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.decision import Allow

# Each answer's key, as in frontend/src/shortcuts.js.
KEYS = {FaultKind.PLATE: "p", FaultKind.STATE: "s", FaultKind.VEHICLE_CLASS: "v", FaultKind.STALE: "e"}


@dataclass(frozen=True)
class FaultButton:
    """A button that reports a fault."""

    kind: FaultKind
    label: str
    key: str


def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context: faults, those recorded; answers, those that this person may give."""
    read = agreement_of(alert) if Permission.ALERT_CONFIRM in person.permissions else None
    offered = [kind for kind in FaultKind if isinstance(rules.may_record_fault(facts, kind, read), Allow)]
    return {
        "faults": list(alert.faults.select_related("by")),
        "answers": [FaultButton(kind, kind.label, KEYS[kind]) for kind in offered] if read else [],
    }
