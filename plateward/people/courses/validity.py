"""Which records count at a moment, and until when."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from plateward.people import days
from plateward.people.courses.models import Course, Record
from plateward.policy.trace import enforces


@enforces("6.d.ii", "AT-2")
def lapses_at(completed_on: date, valid_days: int | None) -> datetime | None:
    """When a record stops counting: at the end of the day `valid_days` after its own."""
    return None if valid_days is None else days.start_of(completed_on + timedelta(days=valid_days + 1))


@enforces("6.d.i")
def counting_records(moment: datetime, **of: Any) -> QuerySet[Record]:
    """The records that stand at the moment: entered, of a past or present day, not withdrawn."""
    return Record.objects.filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment),
        completed_on__lte=days.day_of(moment),
        recorded_at__lte=moment,
        **of,
    )


def last_completions(course: Course, moment: datetime) -> dict[int, date]:
    """When each person (by key) last took the course."""
    rows = counting_records(moment, course=course).order_by().values_list("person_id")
    return dict(rows.annotate(Max("completed_on")))
