"""An agency, and how the tests of investigations open, conclude and review one."""

from typing import Any

import pytest

from plateward.oversight.investigations import actions, concluding
from plateward.oversight.investigations.models import Allegation, Investigation, InvestigationStep
from plateward.oversight.investigations.rules import Result
from plateward.people import days
from plateward.people.models import Person
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person

WHAT = "He searched the plate of a neighbor four times in one night, without any call."
WHY = (
    "The log shows four searches, dispatch knows no call, and in the interview he says that it was a quarrel."
)
CAST = ("ada", "ben", "carla", "gloria", "hector", "marco", "nora")


@pytest.fixture
def cast() -> dict[str, Person]:
    hector = person("hector")
    carla = person("carla", supervisor=hector)
    made = {"ada": person("ada", supervisor=carla), "ben": person("ben", supervisor=carla)}
    return made | {name: person(name) for name in CAST}


def opened(subject: str = "ben", by: str = "carla", **more: Any) -> Investigation:
    about: dict[str, Any] = {
        "what": WHAT,
        "happened_on": days.today(),
        "known": "The neighbor came to the station and complained.",
    }
    return actions.open_investigation(acting(by), person(subject), **about, **more)


def alleged(investigation: Investigation, by: str = "carla") -> Allegation:
    actions.allege(acting(by), investigation, "6.a.ii.3", "Searched a plate for a quarrel of his own.")
    return investigation.allegations.latest("pk")


def concluded(
    investigation: Investigation, result: Result = Result.INTENTIONAL, by: str = "carla"
) -> InvestigationStep:
    concluding.conclude(acting(by), investigation, alleged(investigation, by), result, WHY)
    return investigation.steps.latest("pk")


def accepted(investigation: Investigation, result: Result = Result.INTENTIONAL) -> None:
    step = concluded(investigation, result)
    concluding.review(
        acting("hector"), investigation, step, accepted=True, text="I read the file; it is complete."
    )


def notified(kind: Kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind, settled_at=None).values_list("to__username", flat=True))


def who_sees(investigation: Investigation) -> set[str]:
    return {name for name in CAST if investigation.is_seen_by(person(name))}
