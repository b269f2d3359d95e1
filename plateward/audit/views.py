"""The log on a page. The log records each viewer first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from plateward.audit.events import Event
from plateward.audit.forms import LogFilters
from plateward.audit.heads import latest_head
from plateward.audit.known_heads import accepted_gaps
from plateward.audit.log import record
from plateward.audit.merkle import Frontier
from plateward.audit.models import Tree
from plateward.audit.witnesses.cosigned import witness_rows
from plateward.policy.trace import enforces

PER_PAGE = 50


@enforces("6.b.i.9", "AU-2")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Context: `form`; `entries`, newest first, each with `sealed_leaf` (None if it was altered) and
    `differing` columns; `before` and `older`, the numbers after which this part and the next one begin, if
    any; `query`, the filters as a query string; `head` with `size` and `root` (hex) of the log as it is now;
    `signed`, the last signed head (`signed.head.size`, `.at`) or None; `gaps`, what restored databases lost;
    `witnesses`, the rows of `cosigned.witness_rows`.
    """
    form = LogFilters(request.GET)
    query = urlencode(form.criteria())
    given = request.GET.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1
    record(request.actor, Event.AUDIT_VIEW, "audit log", before=before, filters=query)  # type: ignore[attr-defined]
    tree = Tree.objects.get()
    entries = form.entries(before, PER_PAGE + 1)
    context = {
        "form": form,
        "entries": entries[:PER_PAGE],
        "before": max(before, 0),
        "older": entries[PER_PAGE - 1].sequence if len(entries) > PER_PAGE else None,
        "query": query,
        "gaps": accepted_gaps(),
        "head": {"size": tree.size, "root": Frontier.load(tree.size, bytes(tree.frontier)).root().hex()},
        "signed": latest_head(),
        "witnesses": witness_rows(),
    }
    return render(request, "audit/index.html", context)
