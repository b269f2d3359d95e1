"""Checks and malfunctions for tests, made through the same acts that people use."""

from plateward.field.fleet.checks import actions
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.models import Reader
from plateward.people.actor import PersonActor
from plateward.people.models import Person


def recorded_check(by: Person, reader: Reader, **wrong: str) -> ReaderCheck:
    """A check; `wrong`: what failed, by step."""
    answers = {step: (step not in wrong, wrong.get(step, "")) for step in CheckStep}
    return actions.record_check(PersonActor.of(by), reader, answers, {CheckStep.TIME: "Its clock was right."})
