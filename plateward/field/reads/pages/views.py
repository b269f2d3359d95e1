"""The images of a read; each view is a custody event, recorded before the image is sent."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.field.reads.pages.audience import may_see_read
from plateward.field.reads.pictures import picture_of
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import StoreAway, store_answers
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.people.http import HiddenObject, actor_of, is_navigation, person_of


@require_GET
@cache_control(no_store=True)
@enforces("6.h.iv/custody", "6.b.i.9/entries", "6.b.i.9/first")
def show_image(request: HttpRequest, day: date, pk: UUID, which: str) -> HttpResponse:
    """`which` is "context" (the vehicle) or "plate". In a tab of its own it is part of a page, since
    printing it is an act of its own (evidence/custody)."""
    if is_navigation(request):
        return render(request, "reads/full_size.html", {"address": request.get_full_path()})
    try:
        if which not in {"context", "plate"}:
            raise Http404("This image does not exist.")
        stored = _visible_read(request, ReadKey(day, pk))
        content = picture_of(stored, which)
    except DayDestroyed as destroyed:
        raise Http404(str(destroyed)) from destroyed
    except StoreAway as away:
        record(
            actor_of(request), Event.IMAGE_VIEW, f"read:{pk}", outcome="failed", reason=str(away), image=which
        )
        raise
    record(actor_of(request), Event.IMAGE_VIEW, f"read:{pk}", image=which, bytes_out=len(content))
    return HttpResponse(content, content_type="image/jpeg")


@enforces("6.c.ii/cases", "6.e.ii/own", "6.b.i.9/denied")
def _visible_read(request: HttpRequest, placed: ReadKey) -> StoredRead:
    """The read, if it exists and this person may see it. Raises HiddenObject."""
    with store_answers():
        stored = configured_store().get(placed)
    if stored is None or not may_see_read(person_of(request), stored):
        raise HiddenObject(Event.IMAGE_VIEW, f"read:{placed.id}")
    return stored
