"""The fleet page: every reader and its state."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.fleet import actions
from plateward.fleet.models import Reader
from plateward.people.middleware import who_is

SILENT_AFTER = timedelta(minutes=2)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every reader: when it was last heard, which list it holds, what it sent."""
    record(who_is(request), Event.READER_VIEW, "readers")
    quiet = clock.now() - SILENT_AFTER
    readers = [
        {
            "reader": reader,
            "state": "revoked"
            if reader.revoked_at
            else "silent"
            if reader.last_seen_at is None or reader.last_seen_at < quiet
            else "connected",
        }
        for reader in Reader.objects.all()
    ]
    return render(request, "fleet/index.html", {"readers": readers})


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop believing a reader, at once."""
    reader = get_object_or_404(Reader, pk=pk)
    actions.revoke(who_is(request), reader)
    messages.success(request, f"{reader.name} is revoked: nothing it sends is taken any more.")
    return redirect("fleet:index")
