"""Loading a file in two steps: look, then apply."""

import contextlib
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.audience import lists_for
from plateward.hotlists.imports import apply as applying
from plateward.hotlists.imports import look as looking
from plateward.hotlists.imports import receive, store
from plateward.hotlists.imports.forms_load import Announced, ListFile
from plateward.hotlists.imports.rows import Naming, NotAList
from plateward.hotlists.imports.work import Taken
from plateward.hotlists.models import HotList, Load, Reason
from plateward.hotlists.pages import may
from plateward.hotlists.protected.models import Vehicle
from plateward.pages.acts import Submission, failure_as_message
from plateward.pages.sheets import saved_as, sheet
from plateward.people.deciders import accounts
from plateward.people.http import person_of, who_is
from plateward.policy.trace import enforces

SMALL_BYTES = (
    2 * 1024 * 1024
)  # looked at while the page is asked for; larger ones by the hub's background work
SMALL_ROWS = 10_000  # applied likewise
ASK_AT_MOST = 300  # times, two seconds apart: a page that is forgotten keeps no session open


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The form, and a file that comes with it."""
    initial = {name: request.GET.get(name, "")[:60] for name in ("name", "source", "format")}
    form = ListFile(request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid() and (why := _hidden(request, form.cleaned_data["name"])):
        form.add_error("name", why)
    sent = Submission(request, form)
    if sent.valid:
        given = form.cleaned_data
        who, file = who_is(request), given["file"]
        with sent:
            load = receive.whole(
                who, given["name"], given["source"], str(file.name), file.chunks(), given["format"], file.size
            )
            return _looked(request, load)
    return render(request, "hotlists/import.html", {"form": form, "may": may(request)}, status=sent.status)


@require_POST
def announce(request: HttpRequest) -> JsonResponse:
    """A file will come in parts. Answers where to send them."""
    form = Announced(request.POST)
    if form.is_valid() and (why := _hidden(request, form.cleaned_data["name"])):
        form.add_error("name", why)
    if not form.is_valid():
        said = "; ".join(
            f"{form.fields[name].label or name}: {errors[0]}" for name, errors in form.errors.items()
        )
        return JsonResponse({"error": said}, status=422)
    given = form.cleaned_data
    try:
        load = receive.begin(
            who_is(request),
            given["name"],
            given["source"],
            given["file_name"],
            given["format"],
            given["size"],
        )
    except NotAList as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse(
        {
            "part": reverse("hotlists:import_part", args=[load.pk, 0])[:-1],
            "end": reverse("hotlists:import_end", args=[load.pk]),
        }
    )


@require_POST
def part(request: HttpRequest, pk: int, number: int) -> JsonResponse:
    """One part of an announced file, as the request's body."""
    try:
        receive.part(_mine(request, pk), number, request.body)
    except NotAList as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({})


@require_POST
def end(request: HttpRequest, pk: int) -> JsonResponse:
    """The announced file is whole. Answers where its look is shown."""
    try:
        load = receive.end(who_is(request), _mine(request, pk))
    except NotAList as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"page": reverse("hotlists:load", args=[load.pk])})


def _mine(request: HttpRequest, pk: int) -> Load:
    """A file is sent by whoever announced it."""
    return get_object_or_404(Load, pk=pk, by=who_is(request).key)


@enforces("6.c.ii")
def _theirs(request: HttpRequest, pk: int) -> Load:
    """A load of a list that this person may see."""
    loads = Load.objects.filter(hotlist__in=lists_for(person_of(request)))
    return get_object_or_404(loads.select_related("hotlist"), pk=pk)


@enforces("6.c.ii")
def _hidden(request: HttpRequest, name: str) -> str:
    """Why this person cannot fill the list of this name; "" where they can."""
    if HotList.objects.filter(name=name).exclude(pk__in=lists_for(person_of(request))).exists():
        return "That name is taken. Give another name."
    return ""


def _looked(request: HttpRequest, load: Load) -> HttpResponse:
    if load.size <= SMALL_BYTES:
        with contextlib.suppress(Taken):  # by the hub's background work, which was quicker
            looking.look(who_is(request), load)
    return redirect("hotlists:load", load.pk)


@require_GET
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """One load: what the file would change, or what has become of it. Context: load, shown, named (of (Naming, its
    vehicles)), held_lines, reasons, ask,
    names."""
    found = _theirs(request, pk)
    context: dict[str, Any] = {
        "load": found,
        "reasons": Reason.texts(),
        "most": looking.SHOWN,
        "names": accounts([found.by, found.decided_by]),
        "may": may(request),
    }
    asked = request.GET.get("asked", "")
    if found.waits:
        asked_so_far = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
        context["ask"] = asked_so_far + 1 if asked_so_far < ASK_AT_MOST else None
        if asked:  # an open page that asks again: it hears that the hub is at it, and nothing of the list or the file
            return render(request, "hotlists/waits.html", {"load": found, "ask": context["ask"]})
    record(who_is(request), Event.HOTLIST_VIEW, f"hotlist:{found.hotlist.name}", load=found.pk)
    if not found.waits:
        held_lines = list(found.held_lines.select_related("recalled__entry__ended"))
        keys = [found.by, found.decided_by]
        keys += [one.recalled.entry.ended.by for one in held_lines if one.recalled.entry.ended]
        context |= {"shown": looking.shown(found), "named": _named(found)}
        context |= {"held_lines": held_lines, "names": accounts(keys)}
    return render(request, "hotlists/load.html", context)


@enforces("6.a.ii.3")
def _named(load: Load) -> list[tuple[Naming, list[Vehicle]]]:
    """The lines that name vehicles of the register, for who decides on the load."""
    lines = list(islice(store.namings(load), looking.SHOWN))
    keys = {key for line in lines for key in line.vehicles}
    vehicles = Vehicle.objects.select_related("person", "unit").in_bulk(keys)
    return [(line, [vehicles[key] for key in line.vehicles]) for line in lines]


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the file that was looked at the whole of its list."""
    looked = _theirs(request, pk)
    who = who_is(request)
    approved = False
    with failure_as_message(request):
        applying.approve(who, looked)
        approved = True
    if not approved or looked.added + looked.changed + looked.removed > SMALL_ROWS:
        return redirect("hotlists:load", pk)
    with failure_as_message(request):
        done = applying.apply(who, looked)
        messages.success(
            request,
            f"{done.hotlist}: {done.added} added, {done.changed} changed, {done.removed} removed, "
            f"{done.rejected} rejected.",
        )
    return redirect("hotlists:index")


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the list as it is."""
    looked = _theirs(request, pk)
    with failure_as_message(request):
        applying.discard(who_is(request), looked)
        messages.success(request, f"{looked.file_name} is discarded; {looked.hotlist} stays as it is.")
    return redirect("hotlists:index")


@require_GET
def rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """Every line that cannot be taken, as CSV, recorded before it is sent."""
    found = _theirs(request, pk)
    record(
        who_is(request), Event.HOTLIST_EXPORT, f"hotlist:{found.hotlist.name}", load=pk, lines=found.rejected
    )
    rows = ([one.line, one.why, one.row] for one in store.rejections(found))
    return HttpResponse(sheet(["line", "why", "text"], rows), **saved_as("rejected"))
