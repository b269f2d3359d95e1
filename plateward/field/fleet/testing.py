"""Checks and malfunctions for tests, made through the same acts that people use."""

from datetime import datetime

from plateward.field.fleet.checks import actions
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.models import Deployment, Reader
from plateward.field.fleet.placements.actions import decide_deployment, record_deployment
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import acting


def recorded_check(by: Person, reader: Reader, **wrong: str) -> ReaderCheck:
    """A check; `wrong`: what failed, by step."""
    answers = {step: (step not in wrong, wrong.get(step, "")) for step in CheckStep}
    return actions.record_check(PersonActor.of(by), reader, answers, {CheckStep.TIME: "Its clock was right."})


def deployed(
    reader: Reader,
    place: str,
    basis: str,
    grounds: str,
    begins_at: datetime,
    ends_at: datetime | None,
    area: tuple[float, float, int] | None = None,
) -> Deployment:
    """A deployment that the administrator recorded, and the Chief approved in time."""
    made = record_deployment(acting("gloria"), reader, place, basis, grounds, begins_at, ends_at, area)
    with clock.set_to(min(begins_at, clock.now())):
        decide_deployment(acting("hector"), made, approved=True, answer="")
    made.refresh_from_db()
    return made
