"""The images of a read, each view of one a custody event that is recorded before the image leaves."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.middleware import who_is
from plateward.policy.trace import enforces
from plateward.reads.images import segments
from plateward.reads.store import Placed, store


@require_GET
@cache_control(no_store=True)
@enforces("6.h.iv", "6.b.i.9")
def image(request: HttpRequest, day: date, pk: UUID, which: str) -> HttpResponse:
    """`which` is "context" (the vehicle) or "plate"."""
    stored = store().get(Placed(day, pk)) if which in {"context", "plate"} else None
    if stored is None:
        raise Http404("There is no such image.")
    content = segments().read(stored.context if which == "context" else stored.plate_image)
    record(who_is(request), Event.IMAGE_VIEW, f"read:{pk}", image=which, bytes_out=len(content))
    return HttpResponse(content, content_type="image/jpeg")
