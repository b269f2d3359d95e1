"""Many people at once, in two steps: look, then take."""

import base64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from plateward.people.actions import AccountError
from plateward.people.http import who_is
from plateward.people.intake import actions
from plateward.people.intake.forms import PeopleFile, SeenFile
from plateward.people.tables import NotATable
from plateward.policy.decision import Refused

SHOWN = 200


@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Look at a file: whom it would add and which lines cannot be taken; with `content`, take it."""
    if "content" in request.POST:
        return _take(request)
    form = PeopleFile(request.POST or None, request.FILES or None)
    context, status = {"form": form, "shown": SHOWN}, 200
    if request.method == "POST":
        if form.is_valid():
            content: bytes = form.cleaned_data["file"]
            try:
                context["parsed"] = actions.look(who_is(request), form.file_name, content)
                context["seen"] = SeenFile(
                    initial={"name": form.file_name, "content": base64.b64encode(content).decode()}
                )
                context["file_name"] = form.file_name
            except NotATable as error:
                form.add_error("file", str(error))
        status = 422 if form.errors else 200
    return render(request, "people/import.html", context, status=status)


def _take(request: HttpRequest) -> HttpResponse:
    seen = SeenFile(request.POST)
    if not seen.is_valid():
        messages.error(request, "The file did not come back whole. Look at it once more.")
        return redirect("people:import")
    try:
        done = actions.take(who_is(request), seen.cleaned_data["name"], seen.cleaned_data["content"])
    except (NotATable, AccountError, Refused) as error:
        messages.error(request, f"Nothing was taken. {error}")
        return redirect("people:import")
    accounts, lines = len(done.rows), len(done.rejections)
    messages.success(
        request,
        f"{accounts} account{'s' * (accounts != 1)} made and access asked for; {lines} line{'s' * (lines != 1)} "
        "rejected. Each waits for approval by somebody else.",
    )
    return redirect("/people/?standing=waiting")
