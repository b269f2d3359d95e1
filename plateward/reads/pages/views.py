"""The images of a read, each view of one a custody event that is recorded before the image leaves."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.http import person_of, who_is
from plateward.policy.trace import enforces
from plateward.reads.images import segments
from plateward.reads.pages.audience import sees
from plateward.reads.store import Placed, StoredRead, store
from plateward.vault.days import DayDestroyed


@require_GET
@cache_control(no_store=True)
@enforces("6.h.iv", "6.b.i.9")
def image(request: HttpRequest, day: date, pk: UUID, which: str) -> HttpResponse:
    """`which` is "context" (the vehicle) or "plate"."""
    try:
        stored = _theirs(request, Placed(day, pk)) if which in {"context", "plate"} else None
        if stored is None:
            raise Http404("There is no such image.")
        content = segments().read(stored.context if which == "context" else stored.plate_image)
    except DayDestroyed as destroyed:
        raise Http404(str(destroyed)) from destroyed
    record(who_is(request), Event.IMAGE_VIEW, f"read:{pk}", image=which, bytes_out=len(content))
    return HttpResponse(content, content_type="image/jpeg")


@enforces("6.c.ii", "6.e.ii", "6.b.i.9")
def _theirs(request: HttpRequest, placed: Placed) -> StoredRead | None:
    """The read, if there is one that this person may see. Another's is answered as one that never was; the log tells
    them apart."""
    stored = store().get(placed)
    if stored is None or sees(person_of(request), stored):
        return stored
    record(
        who_is(request),
        Event.IMAGE_VIEW,
        f"read:{placed.id}",
        outcome="refused",
        clause="6.c.ii",
        reason="It is another unit's read, of no alert that this person may see.",
    )
    return None
