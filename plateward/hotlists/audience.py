"""For whom a list is: people see, and are alerted by, the lists of their audience and no others."""

from django.db.models import Q, QuerySet

from plateward.hotlists.models import HotList
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces


@enforces("6.c.ii")
def lists_for(person: Person) -> QuerySet[HotList]:
    """The lists whose audience this person is in. A covert list is for the people it names alone; any other for
    its named units and roles, or for everybody with the duty where it names none. Who keeps the lists
    (`hotlist.manage`) sees all that are not covert."""
    named = Q(people=person)
    if Permission.HOTLIST_MANAGE in person.permissions:
        return HotList.objects.filter(Q(covert=False) | named).distinct()
    unit = Q(units=None) | Q(units=person.unit) if person.unit_id else Q(units=None)
    # JSON lists are compared here: not every database searches them alike.
    roles = {
        pk for pk, roles in HotList.objects.values_list("pk", "roles") if not roles or person.role in roles
    }
    return HotList.objects.filter(named | Q(covert=False, pk__in=roles) & unit).distinct()
