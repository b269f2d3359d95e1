"""What the alert's page shows about the vehicle: its description only once somebody says what they see."""

from typing import Any

from plateward.ground.links.ncic.vehicle import CLASS_TEXT, COLOR_TEXT, VehicleClass, VehicleColor
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import Facts
from plateward.work.alerts.models import Alert, Observation
from plateward.work.alerts.vehicles import Years, compare


@enforces("6.e.iv.3/vehicle")
def may_show_description(alert: Alert, facts: Facts) -> bool:
    """Whether the description may be shown: the operator looks before the system tells."""
    return (facts.closed and not facts.marked) or bool(_informative(alert))


def _informative(alert: Alert) -> list[Observation]:
    """What observers saw of the vehicle that carries the plate."""
    every = alert.observations.all()
    return [observation for observation in every if observation.matches and observation.seen.is_described]


def template_context(alert: Alert, facts: Facts) -> dict[str, Any]:
    """Context: described_open; described, what list and NCIC say; vehicle_seen, in words; vehicle_rows, each
    attribute compared; other_class; explanations."""
    opened = may_show_description(alert, facts)
    described = alert.described() if opened else []
    informative = _informative(alert)
    return {
        "described_open": opened,
        "described": described,
        "vehicle_seen": observation_text(informative[-1]) if informative else "",
        "vehicle_rows": compare(informative[-1].seen, described) if informative else [],
        "other_class": facts.other_class,
        "explanations": list(alert.explanations.select_related("by")),
    }


def observation_text(observation: Observation) -> str:
    """The vehicle as its observer described it; empty if they could tell nothing."""
    vehicle = observation.seen
    parts = (
        COLOR_TEXT[VehicleColor(vehicle.color)] if vehicle.color else "",
        vehicle.make,
        CLASS_TEXT[VehicleClass(vehicle.kind)] if vehicle.kind else "",
        Years(vehicle.years).label if vehicle.years else "",
    )
    return " · ".join(part for part in parts if part)
