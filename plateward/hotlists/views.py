"""The lists, their entries, and loading a file in two steps: look, then apply."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists import actions
from plateward.hotlists.actions import AlreadyApplied
from plateward.hotlists.audience import lists_for
from plateward.hotlists.csv_list import NotAList
from plateward.hotlists.forms import ListFile
from plateward.hotlists.models import Load
from plateward.people.middleware import person_of, who_is
from plateward.people.permissions import Permission

SHOWN = 200


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every list: how many entries, and when it last changed by whom."""
    record(who_is(request), Event.HOTLIST_VIEW, "hotlists")
    lists = lists_for(person_of(request)).filter(retired_at=None)
    rows = [
        {
            "list": one,
            "entries": one.entries.in_force().count(),
            "last": one.loads.exclude(applied_at=None).order_by("-applied_at").first(),
        }
        for one in lists
    ]
    return render(
        request,
        "hotlists/index.html",
        {"lists": rows, "may_import": Permission.HOTLIST_IMPORT in person_of(request).permissions},
    )


@require_GET
def entries(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries of one list that are in force."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk)
    page = Paginator(hotlist.entries.in_force(), 100).get_page(request.GET.get("page"))
    record(who_is(request), Event.HOTLIST_VIEW, f"hotlist:{hotlist.name}", page=page.number)
    return render(request, "hotlists/list.html", {"list": hotlist, "page": page})


@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Look at a file: what it would add, change, remove, and which lines cannot be taken."""
    form = ListFile(request.POST or None, request.FILES or None)
    preview = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            preview = actions.look(
                who_is(request), given["name"], given["source"], form.file_name, given["file"]
            )
        except NotAList as error:
            form.add_error("file", str(error))
    context = {"form": form, "preview": preview, "shown": SHOWN}
    return render(request, "hotlists/import.html", context, status=200 if preview or not form.errors else 422)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the file that was looked at the whole of its list."""
    looked = get_object_or_404(Load.objects.select_related("hotlist"), pk=pk)
    try:
        done = actions.apply(who_is(request), looked)
    except (AlreadyApplied, NotAList) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            f"{done.hotlist}: {done.added} added, {done.changed} changed, {done.removed} removed, "
            f"{done.rejected} rejected.",
        )
    return redirect("hotlists:index")
