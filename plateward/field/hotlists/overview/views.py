"""The lists with their health, and their entries."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.lists import page_of
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.health import freshness_of
from plateward.field.hotlists.models import Load
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_with_accounts
from plateward.people.http import actor_of, person_of


@enforces("5.h/reports", "6.c.ii/lists")
@require_GET
def list_hotlists(request: HttpRequest) -> HttpResponse:
    """The lists that this person may see. Context: lists, each {list, entries (how many), health (a
    Freshness), last (the last applied Load or None)}; waiting, loads that await a decision; names."""
    record(actor_of(request), Event.HOTLIST_VIEW, "hotlists")
    lists = lists_for(person_of(request)).filter(retired_at=None)
    rows = [
        {
            "list": hotlist,
            "entries": hotlist.entries.in_force().count(),
            "health": freshness_of(hotlist),
            "last": hotlist.loads.exclude(applied_at=None).order_by("-applied_at").first(),
        }
        for hotlist in lists
    ]
    waiting = Load.objects.filter(hotlist__in=lists, state__in=(Load.State.HELD, Load.State.LOOKED))
    context = {
        "lists": rows,
        "waiting": waiting.select_related("hotlist"),
        "names": names_with_accounts(last.by for row in rows if isinstance(last := row["last"], Load)),
    }
    return render(request, "hotlists/index.html", context)


@require_GET
def list_entries(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries in force on one list. Context: list, health, page."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk)
    page = page_of(request, hotlist.entries.in_force(), 100)
    record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist:{hotlist.name}", page=page.number)
    context = {"list": hotlist, "health": freshness_of(hotlist), "page": page}
    return render(request, "hotlists/list.html", context)
