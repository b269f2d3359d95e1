"""An entry's history: who asked, who approved, each version, and why it ended; and the others of its plate."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import Entry, HotList
from plateward.hotlists.protected.finding import named
from plateward.hotlists.requests.models import Request
from plateward.hotlists.requests.routing import may_see
from plateward.hotlists.requests.story import how_ended, story
from plateward.people.deciders import accounts
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces

OTHERS = 50


@require_GET
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry, and the others of its plate that this person may see."""
    me = person_of(request)
    every = Entry.objects.filter(hotlist__in=lists_for(me)).select_related("hotlist", "began", "ended")
    one = get_object_or_404(every, pk=pk)
    record(who_is(request), Event.HOTLIST_VIEW, f"entry:{pk}")
    asked = Request.objects.filter(Q(entry=one) | Q(versions__decisions__entry=one)).distinct()
    others = every.filter(bare=one.bare).exclude(pk=one.pk).order_by("-began__pk")[:OTHERS]
    in_force = Entry.objects.in_force().filter(pk=one.pk).exists()
    may_remove = (
        in_force and Permission.HOTLIST_ASK in me.permissions and one.hotlist.kind == HotList.Kind.AGENCY
    )
    context = {
        "entry": one,
        "ended": how_ended(one),
        "names": accounts(each.by for each in (one.began, one.ended) if each),
        "requests": [
            (each, story(each), _may_read(me, each))
            for each in asked.select_related("asker__unit", "hotlist").order_by("pk")
        ],
        "others": [(other, how_ended(other)) for other in others],
        "may_remove": may_remove,
        "registered": named(one.bare, one.state),
        "may_know": Permission.HOTLIST_MANAGE in me.permissions,
        "may_recall": in_force and Permission.HOTLIST_MANAGE in me.permissions,
        "may_see_alerts": Permission.ALERT_VIEW in me.permissions,
    }
    return render(request, "hotlists/requests/history.html", context)


@enforces("6.c.ii")
def _may_read(person: Person, request: Request) -> bool:
    """What the asker and reviewers wrote of the case is for them alone."""
    if person.pk == request.asker_id:
        return True
    return Permission.HOTLIST_REVIEW in person.permissions and may_see(person, request)
