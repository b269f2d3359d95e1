"""Readers with their checks, as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from plateward import clock
from plateward.fleet.checks import reading, rules
from plateward.fleet.checks.actions import may
from plateward.fleet.checks.models import Check
from plateward.fleet.checks.rules import SHIFT, Standing, State
from plateward.fleet.models import Reader
from plateward.fleet.reach import readers_for
from plateward.people.models import Person
from plateward.policy.decision import Allow
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Row:
    """A reader, how it stands now, its last check if any, and since when it is not passed."""

    reader: Reader
    standing: Standing
    last: Check | None
    since: datetime


def rows(readers: Iterable[Reader]) -> list[Row]:
    """In the order given; the same few questions however many they are."""
    every = list(readers)
    now = clock.now()
    found = reading.of_all(every, now)
    latest = Check.objects.filter(reader__in=every).values("reader").annotate(latest=Max("pk")).order_by()
    checks = Check.objects.filter(pk__in=[one["latest"] for one in latest]).select_related("by")
    last = {one.reader_id: one for one in checks}
    return [
        Row(one, found[one.pk], last.get(one.pk), _since(one, found[one.pk], last.get(one.pk)))
        for one in every
    ]


def _since(reader: Reader, standing: rules.Standing, last: Check | None) -> datetime:
    if standing.state is State.FAILED and not standing.failed and reader.last_read_at:
        return reader.last_read_at  # the reader said so itself, with that read
    return rules.since(last.last if last else None, reader.enrolled_at, reader.repaired_at)


@enforces("6.e.iv.1")
def lacking(person: Person) -> list[Row]:
    """The readers within this person's reach that sent reads of this shift without a passed check: the failed first,
    then whichever has been without for longest."""
    at_work = readers_for(person).filter(revoked_at=None, last_read_at__gt=clock.now() - SHIFT)
    found = [one for one in rows(at_work) if one.standing.state is not State.PASSED]
    return sorted(found, key=lambda one: (one.standing.state is not State.FAILED, one.since))


def to_check(person: Person) -> list[Row]:
    """The readers that this person may check."""
    return rows(
        one for one in readers_for(person).filter(revoked_at=None) if isinstance(may(person, one), Allow)
    )
