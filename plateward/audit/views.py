"""The log on a page. Whoever looks at it is on it first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from plateward.audit.events import Event
from plateward.audit.forms import Filters
from plateward.audit.heads import latest_head
from plateward.audit.log import record
from plateward.audit.merkle import Frontier
from plateward.audit.models import Tree
from plateward.policy.trace import enforces

PER_PAGE = 50


@enforces("6.b.i.9", "AU-2")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Context: `form`; `page` of entries, newest first, each with `leaf` (None where it was altered);
    `query`, the filters as a query string for links to other pages; `head` with `size` and `root` (hex)
    of the log as it is now; `signed`, the last signed head (`signed.head.size`, `.at`) or None.
    """
    form = Filters(request.GET)
    query = urlencode(form.asked())
    number = request.GET.get("page", "1")
    record(request.who, Event.AUDIT_VIEW, "audit log", page=number, filters=query)  # type: ignore[attr-defined]
    tree = Tree.objects.get()
    context = {
        "form": form,
        "page": Paginator(form.entries(), PER_PAGE).get_page(number),
        "query": query,
        "head": {"size": tree.size, "root": Frontier.load(tree.size, bytes(tree.frontier)).root().hex()},
        "signed": latest_head(),
    }
    return render(request, "audit/index.html", context)
