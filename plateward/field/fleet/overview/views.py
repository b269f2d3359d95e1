"""The fleet page: every reader and its state."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import failure_as_message
from plateward.core.pages.csv_export import csv_bytes, saved_as
from plateward.core.pages.fields import parse_number
from plateward.field.fleet import actions
from plateward.field.fleet.checks import standings
from plateward.field.fleet.checks.hub_facts import SILENT_AFTER
from plateward.field.fleet.lists import lists_of
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of
from plateward.people.models import Unit


@require_GET
def list_readers(request: HttpRequest) -> HttpResponse:
    """Every reader: when it was last heard, which list it has, what it sent, its check and what is broken."""
    record(actor_of(request), Event.READER_VIEW, "readers")
    quiet = clock.now() - SILENT_AFTER
    every = list(Reader.objects.select_related("unit"))
    lists = lists_of(every)
    checks = standings.standings_at(every, clock.now())
    readers = [
        {
            "reader": reader,
            "held": lists[reader.pk].held,
            "behind": lists[reader.pk].behind,
            "check": checks[reader.pk],
            "state": "revoked"
            if reader.revoked_at
            else "silent"
            if reader.last_seen_at is None or reader.last_seen_at < quiet
            else "connected",
        }
        for reader in every
    ]
    late = sum(1 for row in readers if row["behind"] and row["state"] == "connected")
    return render(
        request, "fleet/index.html", {"readers": readers, "late": late, "units": Unit.objects.all()}
    )


@require_GET
@enforces("6.b.i.7/lists", "6.b.i.9/entries", "6.b.i.9/first")
def export_readers(request: HttpRequest) -> HttpResponse:
    """Every reader as CSV, also revoked ones; recorded before it is sent."""
    readers = list(Reader.objects.select_related("unit", "model"))
    record(actor_of(request), Event.READER_EXPORT, "readers", readers=len(readers))
    header = ["Reader", "Camera", "Model", "Unit", "Enrolled", "Revoked", "Last heard", "Reads"]
    rows = (
        [
            *(reader.name, reader.camera, reader.model or "", reader.unit or ""),
            *map(_local, (reader.enrolled_at, reader.revoked_at, reader.last_seen_at)),
            reader.reads,
        ]
        for reader in readers
    )
    return HttpResponse(csv_bytes(header, rows), **saved_as("readers"))


def _local(at: datetime | None) -> str:
    return localtime(at).isoformat(timespec="seconds") if at else ""


@require_POST
def assign_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Assign a reader to another unit, or to none (an empty text)."""
    reader, text = get_object_or_404(Reader, pk=pk), request.POST.get("unit", "?")
    chosen = Unit.objects.filter(pk=parse_number(text) or 0).first()
    with failure_as_message(request):
        if text and chosen is None:
            raise ActError("This unit is no longer there. Choose another one, or none.")
        actions.assign_unit(actor_of(request), reader, chosen)
        messages.success(request, f"{reader.name} is now {f'with {chosen}' if chosen else 'without a unit'}.")
    return redirect("fleet:index")


@require_POST
def revoke_reader(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a reader at once."""
    reader = get_object_or_404(Reader, pk=pk)
    actions.revoke_reader(actor_of(request), reader)
    messages.success(request, f"{reader.name} is revoked; its reads are refused.")
    return redirect("fleet:index")
