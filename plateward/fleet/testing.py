"""Checks and malfunctions for tests, made through the same acts that people use."""

from plateward.fleet.checks import actions
from plateward.fleet.checks.models import Check
from plateward.fleet.checks.rules import CheckStep
from plateward.fleet.models import Reader
from plateward.people.actor import PersonActor
from plateward.people.models import Person


def recorded_check(by: Person, reader: Reader, **wrong: str) -> Check:
    """A check; `wrong`: what failed, by step."""
    answers = {step: (step not in wrong, wrong.get(step, "")) for step in CheckStep}
    return actions.record_check(PersonActor.of(by), reader, answers, {CheckStep.TIME: "Its clock was right."})
