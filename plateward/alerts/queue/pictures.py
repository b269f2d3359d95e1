"""The small picture of an alert's vehicle in the queue; each look is a custody event, recorded before it is sent."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.models import Alert
from plateward.alerts.queue.thumbnails import thumbnail
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.http import HiddenObject, actor_of, is_navigation, person_of
from plateward.people.models import Person
from plateward.policy.trace import enforces
from plateward.reads.pages.listed import is_listed
from plateward.reads.pictures import picture_of
from plateward.reads.store.away import StoreAway
from plateward.vault.day_keys import DayDestroyed


def pictures_page(person: Person) -> str:
    """The queue as this person sees it, whose pictures one entry names together."""
    return f"alerts of {person.username}"


@require_GET
@cache_control(no_store=True)
@enforces("6.e.iv.3", "6.h.iv", "6.c.ii", "6.b.i.9")
def show_picture(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """Of an alert that this read raised. Its plate is covered until somebody has read it, in each such alert: nobody
    sees it here first. In a tab of its own it is part of a page, as any image is."""
    if is_navigation(request):
        return render(request, "reads/full_size.html", {"address": request.get_full_path()})
    alerts = alerts_for(person_of(request)).filter(read=pk).select_related("confirmation")
    every = [alert for alert in alerts if alert.captured_at.date() == day]
    if not every:
        raise HiddenObject(Event.IMAGE_VIEW, f"read:{pk}")
    masked = not all(hasattr(alert, "confirmation") for alert in every)
    content = _picture(every[0], masked=masked)
    if not is_listed(request.GET.get("listed", ""), pictures_page(person_of(request)), str(pk)):
        record(
            actor_of(request),
            Event.IMAGE_VIEW,
            f"read:{pk}",
            image="thumbnail",
            masked=masked,
            bytes_out=len(content),
        )
    return HttpResponse(content, content_type="image/jpeg")


def _picture(alert: Alert, *, masked: bool) -> bytes:
    """Raises Http404 where there is none any more."""
    stored, missing = alert.stored
    if stored is None:
        raise Http404(missing or "This image is not kept.")
    try:
        original = picture_of(stored, "context")
    except (DayDestroyed, StoreAway) as away:
        raise Http404(str(away)) from away
    return thumbnail(original, stored.read.box, masked=masked)
