"""Where readers are now, and with whom, as the records say."""

from collections.abc import Collection

from django.db.models import QuerySet

from plateward.field.fleet.actions import in_same_area
from plateward.field.fleet.placements.models import Assignment, Transfer
from plateward.field.fleet.placements.rules import why_reassign
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.models import Suspension
from plateward.people.models import Unit


def place_of(unit: Unit) -> str:
    """A unit with its area, as sentences name it: "Unit 12 (District 5)"."""
    return f"{unit} ({unit.district})" if unit.district else str(unit)


def waiting_transfers() -> QuerySet[Transfer]:
    """What command staff have yet to decide; of no revoked reader."""
    return Transfer.objects.filter(decided_at=None, reader__revoked_at=None)


def current_assignments() -> dict[int, Assignment]:
    """Who has the vehicle of each reader, by the reader's key; of no revoked one."""
    rows = Assignment.objects.filter(reader__revoked_at=None).order_by("pk")
    rows = rows.select_related("reader__unit__district", "person__unit__district")
    return {assignment.reader_id: assignment for assignment in rows}


def has_access(people: Collection[int]) -> dict[int, bool]:
    """Whether each of these people, by key, has approved access that nothing ended or suspended."""
    now = clock.now()
    approved = set(standing.approved_access(now).filter(person__in=people).values_list("person", flat=True))
    suspended = standing.in_force_at(Suspension.objects.filter(person__in=people), now)
    approved -= set(suspended.values_list("person", flat=True))
    return {pk: pk in approved for pk in people}


@enforces("6.e.v/person")
def reassignments() -> dict[Assignment, str]:
    """The vehicles that somebody else in the reader's area is to get, and why."""
    current = current_assignments().values()
    access = has_access({assignment.person_id for assignment in current})
    reasons = {
        assignment: why_reassign(
            same_area=in_same_area(assignment.reader.unit, assignment.person.unit),
            has_access=access[assignment.person_id],
            promoted=(assignment.rank, assignment.role) != (assignment.person.rank, assignment.person.role),
        )
        for assignment in current
    }
    return {assignment: why for assignment, why in reasons.items() if why}
