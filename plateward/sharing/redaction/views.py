"""A picture's review: what was found, what a person adds and takes away, and the picture that comes of it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.field.reads.store import ReadKey
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.people.actor_names import names_of
from plateward.people.http import HiddenObject, actor_of, is_navigation, person_of
from plateward.sharing.redaction import audience
from plateward.sharing.redaction.actions import NotRedactable, prepare, redact, upright
from plateward.sharing.redaction.audience import WantedPicture
from plateward.sharing.redaction.forms import BoxFormSet, StatementForm
from plateward.sharing.redaction.manifest import finder_words
from plateward.sharing.redaction.models import RedactedPicture


@require_http_methods(["GET", "POST"])
@enforces("6.h.iii/redaction")
def review(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """The picture with the boxes found; with POST, the picture redacted as they say."""
    picture = _wanted(request, day, pk)
    try:
        prepared = prepare(picture)
    except NotRedactable as reason:
        return render(
            request, "redaction/impossible.html", {"picture": picture, "reason": reason}, status=409
        )
    except DayDestroyed as destroyed:
        raise Http404(str(destroyed)) from destroyed
    if request.method == "GET":
        record(actor_of(request), Event.READ_VIEW, f"read:{pk}", page="redaction", request=picture.request)
    sent, form = submitted(request, StatementForm)
    boxes = BoxFormSet.of(prepared.found, request.POST if request.method == "POST" else None)
    if sent.valid and boxes.is_valid():
        with sent:
            said = boxes.review(prepared.found, form.cleaned_data["complete"])
            row = redact(actor_of(request), picture, said)
            return sent.done("The picture is redacted and passed its check.", row)
    context: dict[str, Any] = {
        "picture": picture,
        "width": prepared.size[0],
        "height": prepared.size[1],
        "boxes": boxes,
        "rows": [_BoxRow(number, form, prepared.found) for number, form in enumerate(boxes, 1)],
    }
    answer = sent.render("redaction/review.html", **context)
    if request.method == "POST" and not boxes.is_valid():
        answer.status_code = 422
    return answer


class _BoxRow:
    """A box in the list: its number, its form, and who found it."""

    def __init__(self, number: int, form: Any, found: tuple[Any, ...]) -> None:
        self.number, self.form = number, form
        index = str(form["found"].value())
        self.cover = found[int(index)] if index.isdecimal() and int(index) < len(found) else None
        self.found_by = finder_words(self.cover) if self.cover else "the reviewer"


@require_GET
@cache_control(no_store=True)
@enforces("6.h.iv/custody", "6.b.i.9/first")
def picture(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """The picture that is reviewed, upright and without its metadata: a custody event."""
    if is_navigation(request):
        return render(request, "reads/full_size.html", {"address": request.get_full_path()})
    wanted = _wanted(request, day, pk)
    try:
        content = upright(wanted)
    except (DayDestroyed, NotRedactable) as gone:
        raise Http404(str(gone)) from gone
    record(
        actor_of(request),
        Event.IMAGE_VIEW,
        f"read:{pk}",
        image="context",
        bytes_out=len(content),
        request=wanted.request,
    )
    return HttpResponse(content, content_type="image/jpeg")


@require_GET
def redacted(request: HttpRequest, pk: int) -> HttpResponse:
    """A redacted picture with its manifest."""
    row = _redacted(request, pk)
    record(actor_of(request), Event.READ_VIEW, f"read:{row.read}", page="redacted", redacted=row.pk)
    context = {
        "row": row,
        "manifest": row.manifest,
        "by": names_of([row.by])[row.by],
    }
    return render(request, "redaction/redacted.html", context)


@require_GET
@cache_control(no_store=True)
@enforces("6.h.iv/custody", "6.b.i.9/first")
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The redacted picture itself: a custody event, too."""
    if is_navigation(request):
        return render(request, "reads/full_size.html", {"address": request.get_full_path()})
    row = _redacted(request, pk)
    record(actor_of(request), Event.IMAGE_VIEW, f"read:{row.read}", image="redacted", redacted=row.pk)
    return HttpResponse(row.jpeg, content_type="image/jpeg")


@require_GET
@cache_control(no_store=True)
@enforces("6.h.iii/proof", "6.h.iv/custody", "6.b.i.9/first")
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof of a redacted picture, to go with it."""
    row = _redacted(request, pk)
    if not row.proof_json:
        raise Http404(f"There is no proof of redacted picture {pk}.")
    record(actor_of(request), Event.READ_VIEW, f"read:{row.read}", page="proof", redacted=row.pk)
    return HttpResponse(
        row.proof_json,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="redacted-picture-{pk}.proof.json"'},
    )


def _wanted(request: HttpRequest, day: date, pk: UUID) -> WantedPicture:
    """Raises HiddenObject, StoreAway."""
    wanted = audience.wanted_picture(person_of(request), ReadKey(day, pk))
    if wanted is None:
        raise HiddenObject(Event.IMAGE_VIEW, f"read:{pk}")
    return wanted


def _redacted(request: HttpRequest, pk: int) -> RedactedPicture:
    """Raises HiddenObject."""
    row = audience.redacted_picture(person_of(request), pk)
    if row is None:
        raise HiddenObject(Event.READ_VIEW, f"redactedpicture:{pk}")
    return row
