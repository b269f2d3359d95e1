"""What pages show about an override."""

from dataclasses import dataclass
from typing import Any

from plateward import clock
from plateward.alerts.facts import Facts
from plateward.alerts.models import Alert
from plateward.alerts.overrides import actions, forms, routing, rules
from plateward.alerts.overrides.models import Finding, Override
from plateward.alerts.overrides.rules import AlertCheck
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.decision import Allow


@dataclass(frozen=True)
class OverrideRow:
    """An override, its missing checks in words, its reviewers, and the finding."""

    item: Override
    missing: tuple[str, ...]
    is_with: str
    finding: Finding | None


def override_row(override: Override) -> OverrideRow:
    """For pages."""
    last = routing.latest_referrals(override)
    return OverrideRow(
        override,
        tuple(AlertCheck(item).label for item in override.missing),
        " or ".join(str(item.to) for item in last if item.to)
        or "nobody: the ALPR administrator was notified",
        getattr(override, "finding", None),
    )


def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context on the alert's page: override, or None; override_form if this person may use it."""
    made = getattr(alert, "override", None)
    may = rules.may_override(facts, clock.now(), actions.earlier_override(alert))
    offered = Permission.ALERT_ACT in person.permissions and isinstance(may, Allow)
    return {
        "override": override_row(made) if made else None,
        "override_form": forms.OverrideForm() if offered else None,
    }
