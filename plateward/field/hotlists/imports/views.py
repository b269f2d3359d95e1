"""Loading a file in two steps, preview, then apply; and the feeds that fetch one."""

import contextlib
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, failure_as_message
from plateward.core.pages.csv_export import csv_bytes, saved_as
from plateward.core.pages.csv_import import RejectedLine
from plateward.core.pages.marking import MARKING
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.imports import apply as applying
from plateward.field.hotlists.imports import feeds, receive, store
from plateward.field.hotlists.imports import preview as looking
from plateward.field.hotlists.imports.claims import LoadTaken
from plateward.field.hotlists.imports.forms import AnnouncedFileForm, FeedForm, ListFileForm
from plateward.field.hotlists.imports.models import Feed, Part
from plateward.field.hotlists.imports.rows import NotAList, ProtectedLine
from plateward.field.hotlists.models import Load, Reason
from plateward.field.hotlists.protected.models import Vehicle
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_with_accounts
from plateward.people.http import actor_of, person_of

SMALL_BYTES = 2 * 1024 * 1024  # previewed within the request; larger files in the hub's background job
SMALL_ROWS = 10_000  # applied within the request
ASK_AT_MOST = 300  # times, two seconds apart: a forgotten page keeps no session open


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Show the form, and take the file posted with it."""
    initial = {name: request.GET.get(name, "")[:60] for name in ("name", "source", "format")}
    form = ListFileForm(person_of(request), request.POST or None, request.FILES or None, initial=initial)
    sent = Submission(request, form)
    if sent.valid:
        data = form.cleaned_data
        actor, file = actor_of(request), data["file"]
        with sent:
            load = receive.receive_file(
                actor, data["name"], data["source"], str(file.name), file.chunks(), data["format"], file.size
            )
            if load.size <= SMALL_BYTES:
                with contextlib.suppress(LoadTaken):  # the hub's background job was quicker
                    looking.preview_load(actor, load)
            return redirect("hotlists:load", load.pk)
    return sent.render("hotlists/import.html")


@require_POST
def announce_file(request: HttpRequest) -> JsonResponse:
    """Announce a file that will come in parts. Answers with the address for them."""
    form = AnnouncedFileForm(person_of(request), request.POST)
    if not form.is_valid():
        error_text = "; ".join(
            f"{form.fields[name].label or name}: {errors[0]}" for name, errors in form.errors.items()
        )
        return JsonResponse({"error": error_text}, status=422)
    try:
        load = receive.begin_load(actor_of(request), **form.cleaned_data)
    except NotAList as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse(
        {
            "part": reverse("hotlists:import_part", args=[load.pk, 0])[:-1],
            "end": reverse("hotlists:import_end", args=[load.pk]),
        }
    )


@require_POST
def receive_part(request: HttpRequest, pk: int, number: int) -> JsonResponse:
    """Receive one part of an announced file, the request's body."""
    try:
        receive.add_part(_own_load(request, pk), number, request.body)
    except NotAList as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({})


@require_POST
def finish_file(request: HttpRequest, pk: int) -> JsonResponse:
    """Mark the announced file complete. Answers with the address of its preview."""
    try:
        load = receive.finish_load(actor_of(request), _own_load(request, pk))
    except NotAList as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"page": reverse("hotlists:load", args=[load.pk])})


def _own_load(request: HttpRequest, pk: int) -> Load:
    """The load, if this person announced it: only they may send it."""
    return get_object_or_404(Load, pk=pk, by=actor_of(request).key)


@enforces("6.c.ii/lists")
def _visible_load(request: HttpRequest, pk: int) -> Load:
    """A load of a list that this person may see."""
    loads = Load.objects.filter(hotlist__in=lists_for(person_of(request)))
    return get_object_or_404(loads.select_related("hotlist"), pk=pk)


@require_GET
def show_load(request: HttpRequest, pk: int) -> HttpResponse:
    """One load: what the file would change, or what happened to it. Context: load, preview, named (pairs of
    ProtectedLine and vehicles), held_lines, reasons, ask, names."""
    load = _visible_load(request, pk)
    keys, polled = [load.by, load.decided_by], request.GET.get("asked", "")
    context: dict[str, Any] = {"load": load, "reasons": Reason.texts(), "most": looking.PREVIEW_LINES}
    if load.waits:
        polls = int(polled) if polled.isascii() and polled.isdigit() and len(polled) < 6 else 0
        context["ask"] = polls + 1 if polls < ASK_AT_MOST else None
        if polled:  # an open page polls: it learns that the hub is working, nothing of the list or file
            return render(request, "hotlists/waits.html", context)
    else:
        held_lines = list(load.held_lines.select_related("recalled__entry__ended"))
        keys += [line.recalled.entry.ended.by for line in held_lines if line.recalled.entry.ended]
        context |= {
            "preview": looking.preview_of(load),
            "named": _protected_lines(load),
            "held_lines": held_lines,
        }
    record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist:{load.hotlist.name}", load=load.pk)
    return render(request, "hotlists/load.html", context | {"names": names_with_accounts(keys)})


@enforces("6.a.ii.3/brake")
def _protected_lines(load: Load) -> list[tuple[ProtectedLine, list[Vehicle]]]:
    """The lines that name registered vehicles, for the person who decides on the load."""
    lines = list(islice(store.read_items(load, Part.Kind.NAMED, ProtectedLine), looking.PREVIEW_LINES))
    keys = {key for line in lines for key in line.vehicles}
    vehicles = Vehicle.objects.select_related("person", "unit").in_bulk(keys)
    return [(line, [vehicles[key] for key in line.vehicles]) for line in lines]


@require_POST
def apply_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the previewed file the whole of its list."""
    load = _visible_load(request, pk)
    actor = actor_of(request)
    approved = False
    with failure_as_message(request):
        applying.approve_load(actor, load)
        approved = True
    if not approved or load.added + load.changed + load.removed > SMALL_ROWS:
        return redirect("hotlists:load", pk)
    with failure_as_message(request):
        done = applying.apply_load(actor, load)
        messages.success(
            request,
            f"{done.hotlist}: {done.added} added, {done.changed} changed, {done.removed} removed, "
            f"{done.rejected} rejected.",
        )
    return redirect("hotlists:index")


@require_POST
def discard_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the list as it is."""
    load = _visible_load(request, pk)
    with failure_as_message(request):
        applying.discard_load(actor_of(request), load)
        messages.success(request, f"{load.file_name} is discarded; {load.hotlist} is unchanged.")
    return redirect("hotlists:index")


@require_GET
@enforces("6.e.iii/marked", "6.b.i.9/entries")
def export_rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """Every rejected line as CSV, marked, recorded before it is sent."""
    load = _visible_load(request, pk)
    rows = (
        [line.line, line.why, line.row] for line in store.read_items(load, Part.Kind.REJECTED, RejectedLine)
    )
    content = csv_bytes([MARKING], [["line", "why", "text"], *rows])
    name, lines, size = f"hotlist:{load.hotlist.name}", load.rejected, len(content)
    record(actor_of(request), Event.HOTLIST_EXPORT, name, load=pk, lines=lines, bytes=size)
    return HttpResponse(content, **saved_as("rejected"))


@require_GET
def list_feeds(request: HttpRequest) -> HttpResponse:
    """Every feed, and the lists without one. Context: feeds, without."""
    record(actor_of(request), Event.HOTLIST_VIEW, "feeds")
    hotlists = lists_for(person_of(request)).filter(retired_at=None)
    context = {
        "feeds": Feed.objects.filter(hotlist__in=hotlists).select_related("hotlist"),
        "without": hotlists.filter(feed=None),
    }
    return render(request, "hotlists/feeds.html", context)


@require_http_methods(["GET", "POST"])
def edit_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """A list's feed, by the list's number. Context: form, list, feed or None."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk, retired_at=None)
    feed = Feed.objects.filter(hotlist=hotlist).first()
    form = FeedForm(
        request.POST or None,
        initial=FeedForm.of(feed) if feed else {"format": "ncic" if hotlist.kind == "ncic" else "csv"},
        kept=bool(feed and feed.secret),
    )
    if request.method == "POST" and form.is_valid():
        try:
            feeds.save_feed(actor_of(request), hotlist, form.feed_fields())
        except PlatewardError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The feed of {hotlist} is saved.")
            return redirect("hotlists:feeds")
    else:
        record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist:{hotlist.name}", feed=True)
    context = {"form": form, "list": hotlist, "feed": feed}
    return render(request, "hotlists/feed.html", context, status=422 if form.errors else 200)


@require_POST
def fetch_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch a list now."""
    hotlists = lists_for(person_of(request)).filter(retired_at=None)
    feed = get_object_or_404(Feed.objects.filter(hotlist__in=hotlists), hotlist=pk)
    feeds.fetch_soon(actor_of(request), feed)
    messages.success(request, f"{feed.hotlist} is being fetched; the outcome appears here shortly.")
    return redirect("hotlists:feeds")
