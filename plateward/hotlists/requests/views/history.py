"""An entry's history: who requested and approved it, its versions and end; the plate's other entries."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import Entry
from plateward.hotlists.protected.lookup import vehicles_for_plate
from plateward.hotlists.requests.models import Request
from plateward.hotlists.requests.routing import may_see_request
from plateward.hotlists.requests.story import version_history, why_ended
from plateward.people.actor_names import names_with_accounts
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces

MOST_OTHERS = 50


@require_GET
def show_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry, and the plate's other entries that this person may see."""
    me = person_of(request)
    entries = Entry.objects.filter(hotlist__in=lists_for(me)).select_related("hotlist", "began", "ended")
    entry = get_object_or_404(entries, pk=pk)
    record(actor_of(request), Event.HOTLIST_VIEW, f"entry:{pk}")
    requests = Request.objects.filter(Q(entry=entry) | Q(versions__decisions__entry=entry)).distinct()
    same_plate = entries.filter(bare=entry.bare).exclude(pk=entry.pk).order_by("-began__pk")[:MOST_OTHERS]
    context = {
        "entry": entry,
        "ended": why_ended(entry),
        "names": names_with_accounts(item.by for item in (entry.began, entry.ended) if item),
        "requests": [
            (item, version_history(item), _may_read(me, item))
            for item in requests.select_related("requester__unit", "hotlist").order_by("pk")
        ],
        "others": [(sibling, why_ended(sibling)) for sibling in same_plate],
        "in_force": Entry.objects.in_force().filter(pk=entry.pk).exists(),
        "registered": vehicles_for_plate(entry.bare, entry.state),
    }
    return render(request, "hotlists/requests/history.html", context)


@enforces("6.c.ii")
def _may_read(person: Person, request: Request) -> bool:
    """Only requester and reviewers may read what they wrote about the case."""
    if person.pk == request.requester_id:
        return True
    return Permission.HOTLIST_REVIEW in person.permissions and may_see_request(person, request)
