"""The log on a page. The log records each viewer first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.heads import latest_head
from plateward.core.audit.known_heads import accepted_gaps
from plateward.core.audit.log import record
from plateward.core.audit.models import Tree
from plateward.core.audit.witnesses.cosigned import witness_rows
from plateward.core.audit.witnesses.named import newest_change
from plateward.core.pages.csv_export import saved_as
from plateward.core.pages.fields import parse_number
from plateward.ground.merkle import Frontier
from plateward.ground.policy.trace import enforces
from plateward.oversight.log.export import export_entries
from plateward.oversight.log.folding import lines_of
from plateward.oversight.log.forms import LogFilters, LogSearch
from plateward.people.http import actor_of, person_of
from plateward.people.routes import may_open

PER_PAGE = 25  # lines
AT_MOST = 200  # entries that a page's lines have


@enforces("6.b.i.9/read", "AU-2/itself")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The page for the filters in the address."""
    return _page(request, LogFilters(request.GET))


@enforces("6.b.i.9/read", "6.i.i/aes")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Where a search is submitted, so that no plate is ever part of an address. On to the page that answers it."""
    form = LogSearch(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    return redirect(f"{reverse('audit:index')}?{urlencode(form.criteria())}")


@enforces("6.b.i.7/lists", "6.b.i.9/read")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The same entries as a file, recorded before it is sent; nothing if a filter is wrong, for without it more would
    leave than was asked for."""
    form = LogFilters(request.GET)
    if not form.is_valid():
        return _page(request, form, 422)
    content = export_entries(actor_of(request), form.query(), urlencode(form.criteria()))
    return HttpResponse(content, **saved_as("audit-log"))


@enforces("6.b.i.9/read")
def _page(request: HttpRequest, form: LogFilters, status: int = 200) -> HttpResponse:
    """Context: `form`; `lines` (folding.py), newest first; `before` and `older`, the numbers after which this part
    and the next one begin, if any; `query`, the filters as a query string; `plate`, whether one is searched for; `head`
    with `size` and `root` (hex) of the log as it is now; `signed`, the last signed head (`signed.head.size`, `.at`) or
    None; `gaps`, what restored databases lost; `witnesses`, the rows of `cosigned.witness_rows`; `change`, the entry of
    their last change or None; `trouble`, whether one has a problem; `may_take_whole`, whether the viewer may have the
    whole log.
    """
    log_query = form.query()
    query = urlencode(form.criteria())
    given = parse_number(request.GET.get("before", ""))
    before = -1 if given is None else given
    actor, looked_for = actor_of(request), log_query.mentions
    record(actor, Event.AUDIT_VIEW, "audit log", mentions=looked_for, before=before, filters=query)
    tree = Tree.objects.get()
    entries = log_query.newest(before, AT_MOST + 1)
    lines, count = lines_of(entries[:AT_MOST], PER_PAGE)
    witnesses = witness_rows()
    context: dict[str, Any] = {
        "form": form,
        "lines": lines,
        "before": max(before, 0),
        "older": entries[count - 1].sequence if len(entries) > count else None,
        "query": query,
        "plate": bool(log_query.plate),
        "gaps": accepted_gaps(),
        "head": {"size": tree.size, "root": Frontier.load(tree.size, bytes(tree.frontier)).root().hex()},
        "signed": latest_head(),
        "witnesses": witnesses,
        "change": newest_change(),
        "may_take_whole": may_open(person_of(request), "logfiles:index"),
        "trouble": any(row.state and row.state.problem for row in witnesses),
    }
    return render(request, "audit/index.html", context, status=status)
