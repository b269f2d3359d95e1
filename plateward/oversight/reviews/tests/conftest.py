"""A week of the log, and whoever reviews it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.ground import clock
from plateward.oversight.reviews import actions
from plateward.oversight.reviews.audience import items_for
from plateward.oversight.reviews.models import (
    AuditReview,
)
from plateward.oversight.reviews.opening import open_due_reviews
from plateward.oversight.reviews.rules import SETTLED, Period, ReviewKind, Verdict, period_of
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import SINCE, SYSTEM, person

HOUR = timedelta(hours=1)
Cast = dict[str, Person]


@pytest.fixture
def week() -> Period:
    """The week from Monday, October 26, 2026, in which clocks are set back: 169 hours."""
    return period_of(ReviewKind.WEEKLY, datetime(2026, 10, 28, tzinfo=UTC).date())


@pytest.fixture
def monday(week: Period) -> Iterator[datetime]:
    """When that week's review opens; the time of the test."""
    with clock.set_to(week.ends + SETTLED):
        yield clock.now()


class Log:
    """Entries of people at hours of the week."""

    def __init__(self, week: Period) -> None:
        self._starts = week.starts.astimezone(UTC)

    def add(self, person: Person, event: Event, hour: float, outcome: str = "done", number: int = 1) -> None:
        for n in range(number):
            with clock.set_to(self._starts + hour * HOUR + timedelta(seconds=n)):
                record(PersonActor.of(person, "10.0.0.7"), event, f"thing:{n}", outcome=outcome)  # type: ignore[arg-type]


@pytest.fixture
def log(week: Period) -> Log:
    return Log(week)


@pytest.fixture
def cast(week: Period, log: Log) -> Cast:
    """Ada under Carla under Hector, who leads Gloria too; Marco and Nora outside. Ada's work of a week. The log begins
    an hour before it."""
    with clock.set_to(week.starts - HOUR):
        record(SYSTEM, Event.TRAINING_REQUIRE, "training:catalog")
    with clock.set_to(week.starts - HOUR + SINCE):  # so that their access begins right before the week
        hector = person("hector")
        made = {"hector": hector, "gloria": person("gloria", supervisor=hector)}
        made |= {
            "carla": person("carla", supervisor=hector),
            "marco": person("marco"),
            "nora": person("nora"),
        }
        made["ada"] = person("ada", supervisor=made["carla"])
    log.add(made["ada"], Event.ALERT_VIEW, 2, number=30)
    return made


WHY = "He searched for the plate of his own neighbor, without a case."
CONCLUSION = "Two entries were asked about; nothing else is unusual."


@pytest.fixture
def opened(cast: Cast, log: Log, monday: datetime) -> AuditReview:
    """A review with sampled entries, a denied attempt and an export of Ada's, and an act of each of her superiors."""
    log.add(cast["ada"], Event.SEARCH_ASK, 3, "refused", 4)
    log.add(cast["ada"], Event.SEARCH_EXPORT, 4)
    log.add(cast["gloria"], Event.PERSON_UPDATE, 34)  # Tuesday, 10 am
    log.add(cast["hector"], Event.DESIGNATION_MAKE, 35)
    open_due_reviews()
    return AuditReview.objects.get()


def acting(member: Person) -> PersonActor:
    return PersonActor.of(member)


def whys(review: AuditReview, username: str) -> set[str]:
    return set(review.items.filter(subject__username=username).values_list("why", flat=True))


def answer_all(review: AuditReview, *people: Person) -> None:
    for member in people:
        for item in items_for(member).filter(review=review, answer=None):
            actions.answer_item(acting(member), item, Verdict.IN_ORDER, "")
