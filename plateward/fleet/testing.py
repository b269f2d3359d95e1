"""Checks and malfunctions for tests, made by the acts that a person would use."""

from plateward.audit.who import Who
from plateward.fleet.checks import actions
from plateward.fleet.checks.models import Check
from plateward.fleet.checks.rules import Step
from plateward.fleet.models import Reader
from plateward.people.models import Person


def who(one: Person) -> Who:
    """As the log names them."""
    return Who("person", one.username, one.full_name)


def checked(by: Person, reader: Reader, **wrong: str) -> Check:
    """A check; `wrong`: what was seen, by step."""
    answers = {one: (one not in wrong, wrong.get(one, "")) for one in Step}
    return actions.record(who(by), by, reader, answers, {Step.TIME: "Its clock was right."})
