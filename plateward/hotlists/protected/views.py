"""The register's page, and a file of vehicles in two steps: look, then take."""

import base64

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.pages import may
from plateward.hotlists.protected import actions
from plateward.hotlists.protected.finding import listed_now
from plateward.hotlists.protected.forms import NewVehicle, VehicleFile
from plateward.hotlists.protected.models import Vehicle
from plateward.people.deciders import named
from plateward.people.http import person_of, who_is
from plateward.people.intake.forms import SeenFile
from plateward.people.tables import NotATable
from plateward.policy.decision import Refusal, Refused

SHOWN = 200
ORDER = (F("ended_at").desc(nulls_first=True), "bare", "state", "pk")


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The vehicles, those in force first, which entries name one now, and the form for one more. Context: page, listed
    (of (Entry, vehicles)), shown, names, form, refusal, may."""
    form, refusal, status = NewVehicle(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.add(who_is(request), **form.cleaned_data)
            except Refused as refused:
                refusal, status = refused.refusal, 409
            else:
                messages.success(request, f"{made} is in the register.")
                return redirect("hotlists:protected")
    return _register(request, form, refusal, status)


def _register(request: HttpRequest, form: NewVehicle, refusal: Refusal | None, status: int) -> HttpResponse:
    every = Vehicle.objects.select_related("person", "unit").order_by(*ORDER)
    page = Paginator(every, 100).get_page(request.GET.get("page"))
    listed = listed_now(person_of(request))
    record(who_is(request), Event.PROTECTED_VIEW, "protected-vehicles", page=page.number, listed=len(listed))
    context = {
        "page": page,
        "listed": listed,
        "shown": SHOWN,
        "names": named(key for one in page for key in (one.added_by, one.ended_by)),
        "form": form,
        "refusal": refusal,
        "may": may(request),
    }
    return render(request, "hotlists/protected/register.html", context, status=status)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The vehicle is the agency's, or the person's, no more."""
    found = get_object_or_404(Vehicle, pk=pk)
    try:
        actions.end(who_is(request), found)
    except Refused as refused:
        messages.error(request, str(refused.refusal))
    else:
        messages.success(request, f"{found} is ended in the register. Its row stays.")
    return redirect("hotlists:protected")


@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Look at a file: what it would add and which lines cannot be taken; with `content`, take it. Context: form; after
    a look parsed, seen, file_name; shown, may."""
    if "content" in request.POST:
        return _take(request)
    form = VehicleFile(request.POST or None, request.FILES or None)
    context = {"form": form, "shown": SHOWN, "may": may(request)}
    if request.method == "POST" and form.is_valid():
        content: bytes = form.cleaned_data["file"]
        try:
            context["parsed"] = actions.look(who_is(request), form.file_name, content)
        except NotATable as error:
            form.add_error("file", str(error))
        else:
            kept = {"name": form.file_name, "content": base64.b64encode(content).decode()}
            context |= {"seen": SeenFile(initial=kept), "file_name": form.file_name}
    status = 422 if form.errors else 200
    return render(request, "hotlists/protected/import.html", context, status=status)


def _take(request: HttpRequest) -> HttpResponse:
    seen = SeenFile(request.POST)
    if not seen.is_valid():
        messages.error(request, "The file did not come back whole. Look at it once more.")
        return redirect("hotlists:protected_import")
    try:
        parsed = actions.take(who_is(request), seen.cleaned_data["name"], seen.cleaned_data["content"])
    except NotATable as error:
        messages.error(request, str(error))
        return redirect("hotlists:protected_import")
    added, bad = len(parsed.rows), len(parsed.rejections)
    messages.success(
        request,
        f"{added:,} vehicle{'s' * (added != 1)} added; {bad:,} line{'s' * (bad != 1)} rejected.",
    )
    return redirect("hotlists:protected")
