"""What the alert's page shows of the vehicle: its description only once somebody has said what they see."""

from typing import Any

from plateward.alerts.facts import Facts
from plateward.alerts.models import Alert, Observation
from plateward.alerts.rules import may_explain
from plateward.alerts.vehicle import forms
from plateward.alerts.vehicles import YEARS_TEXT, Years, compare
from plateward.links.ncic.vehicle import COLOR_TEXT, KIND_TEXT, Color, Kind
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.decision import Allow
from plateward.policy.trace import enforces

SOUND = "Repainted, as the old color at the door shows."  # an explanation that would do


@enforces("6.e.iv.3")
def is_open(alert: Alert, facts: Facts) -> bool:
    """Whether the description may be shown: the operator reads before the system tells."""
    return facts.closed or any(one.matches and one.seen.told for one in alert.observations.all())


def shown(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """The template's context: described_open; described, what list and NCIC say; vehicle_seen, in words; vehicle_rows,
    each attribute compared; other_class; explanations; explain_form where this person may explain a difference."""
    opened = is_open(alert, facts)
    described = alert.described() if opened else []
    told = [one for one in alert.observations.all() if one.matches and one.seen.told]
    allowed = Permission.ALERT_OBSERVE in person.permissions
    may = allowed and isinstance(may_explain(facts, SOUND), Allow)
    return {
        "described_open": opened,
        "described": described,
        "vehicle_seen": in_words(told[-1]) if told else "",
        "vehicle_rows": compare(told[-1].seen, described) if told else [],
        "other_class": facts.other_class,
        "explanations": list(alert.explanations.select_related("by")),
        "explain_form": forms.Explain() if may else None,
    }


def in_words(observation: Observation) -> str:
    """The vehicle as its observer told it; nothing where they could tell nothing."""
    one = observation.seen
    told = (
        COLOR_TEXT[Color(one.color)] if one.color else "",
        one.make,
        KIND_TEXT[Kind(one.kind)] if one.kind else "",
        YEARS_TEXT[Years(one.years)] if one.years else "",
    )
    return " · ".join(part for part in told if part)
