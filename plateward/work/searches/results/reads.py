"""One read among the results: its page, its images, and unmasking its plate."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.field.reads.pages.listed import is_listed
from plateward.field.reads.pictures import picture_of
from plateward.field.reads.store import StoredRead, configured_store
from plateward.field.reads.thumbnails import thumbnail
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.people.http import actor_of, is_navigation
from plateward.work.searches.actions import AllowedSearch
from plateward.work.searches.results.kept import hit_ids, result_read
from plateward.work.searches.results.masking import PlateText
from plateward.work.searches.results.rows import pictures_page, plate_text
from plateward.work.searches.results.views import allowed_or_404, refused_page, results_context
from plateward.work.searches.unmasking import unmask


class UnmaskForm(forms.Form):
    """Why just this plate."""

    reason = forms.CharField(
        label="Why this vehicle",
        max_length=1000,
        widget=forms.Textarea,
        help_text="What sets it apart from the others: time, direction, color, make, what a witness saw.",
    )


@dataclass(frozen=True)
class _Result:
    allowed: AllowedSearch
    stored: StoredRead
    plate: PlateText


@enforces("6.b.i.8/scope", "6.c.ii/cases")
def _result(
    request: HttpRequest, pk: int, day: date, read: UUID, part: str, *, listed: bool = False
) -> _Result:
    """The read, if this search finds it. `listed`: an entry names it already. Raises Refused, and Http404."""
    allowed = allowed_or_404(request, pk, listed=listed, part=part, read=str(read))
    stored = result_read(configured_store(), day, read, allowed.queries)
    if stored is None or (allowed.hits_only and not hit_ids([read], allowed.search.person)):
        raise Http404("There is no such read among these results.")
    return _Result(allowed, stored, plate_text(allowed, stored.read.plate))


@require_GET
@enforces("6.e.iii/marked")
def read_page(request: HttpRequest, pk: int, day: date, read: UUID) -> HttpResponse:
    """One read with its pictures."""
    try:
        result = _result(request, pk, day, read, "read")
    except Refused as refused:
        return refused_page(request, pk, refused.refusal)
    return render(request, "searches/results/read.html", _context(result))


def _context(result: _Result) -> dict[str, object]:
    vehicle = result.stored.read.vehicle
    return results_context(result.allowed, "") | {
        "read": result.stored.read,
        "images": result.allowed.images,
        "facts": [fact for fact in (vehicle.color, vehicle.make, vehicle.model, vehicle.kind) if fact],
        "reader": result.stored.reader,
        "plate": result.plate,
        "day": result.stored.day,
    }


@require_GET
@cache_control(no_store=True)
@enforces("6.h.iv/custody", "6.b.i.9/entries", "6.a.ii.2/place")
def show_image(request: HttpRequest, pk: int, day: date, read: UUID, which: str) -> HttpResponse:
    """`which` is "context", "plate", "thumbnail" (the vehicle, small) or "covered" (that without plates or faces):
    the only one while the plate is masked. A custody event, unless an entry names it with all of its page."""
    if which not in {"context", "plate", "thumbnail", "covered"}:
        raise Http404("There is no such image.")
    if is_navigation(request):
        return render(request, "reads/full_size.html", {"address": request.get_full_path()})
    page = pictures_page(pk, masked=which == "covered")
    listed = is_listed(request.GET.get("listed", ""), page, str(read))
    try:
        result = _result(request, pk, day, read, f"image {which}", listed=listed)
    except Refused as refused:
        raise Http404(str(refused)) from refused
    if not result.allowed.images:
        raise Http404("The access of this agency has no images.")
    if result.plate.masked and which != "covered":
        raise Http404("The image shows a plate that is masked.")
    stored = result.stored
    try:
        content = picture_of(stored, "plate" if which == "plate" else "context")
    except DayDestroyed as destroyed:
        raise Http404(str(destroyed)) from destroyed
    if which in {"thumbnail", "covered"}:
        content = thumbnail(content, stored.read.box, masked=which == "covered")
    if not listed:
        record(
            actor_of(request),
            Event.IMAGE_VIEW,
            f"read:{read}",
            image=which,
            search=pk,
            purpose=result.allowed.search.purpose,
            bytes_out=len(content),
            **result.allowed.disclosure,
        )
    return HttpResponse(content, content_type="image/jpeg")


@enforces("6.a.ii.2/place")
def unmask_read(request: HttpRequest, pk: int, day: date, read: UUID) -> HttpResponse:
    """Ask for, and show, the plate of one masked read: of that vehicle in all of this search."""
    try:
        result = _result(request, pk, day, read, "unmasking")
    except Refused as refused:
        return refused_page(request, pk, refused.refusal)
    if not result.plate.masked:
        return redirect("results:read", pk=pk, day=day, read=read)
    sent, form = submitted(request, UnmaskForm)
    if sent.valid:
        with sent:
            unmask(actor_of(request), pk, result.stored.read.plate, form.cleaned_data["reason"])
            return sent.done(
                "Unmasked, with your reason. It is a lead, not probable cause.",
                "results:read",
                pk=pk,
                day=day,
                read=read,
            )
    return sent.render("searches/results/unmask.html", **_context(result))
