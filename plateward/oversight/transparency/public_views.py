"""What everybody may see: the page, its files and proofs. None of it is on the log: it was, when it was published."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.core.pages.documents import document_response
from plateward.ground.policy.trace import enforces
from plateward.oversight.transparency.models import Published
from plateward.oversight.transparency.page import page_of_published
from plateward.oversight.transparency.rules import LEAST
from plateward.people.sharing.public import Public, public_since

# Each has a route of its own name: an address that takes a name would have each wrong one on the log.
FILES = {
    "json": ("transparency.json", "document", "application/json"),
    "csv": ("transparency.csv", "table", "text/csv; charset=utf-8"),
    "proofs": ("transparency-proofs.json", "proofs", "application/json"),
}


@require_GET
@enforces("6.h.i/release")
def show_page(request: HttpRequest) -> HttpResponse:
    """The public page, from one row. 404 while it is not turned on and signed."""
    published = _published("made_at", "through", "document", "checkpoint")
    context = page_of_published(published) if published else {}
    files = [(f"transparency:{which}", name) for which, (name, _, _) in FILES.items()]
    return render(request, "transparency/public.html", {**context, "files": files, "least": LEAST})


def file_view(which: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one of the files, as it was published."""
    name, column, kind = FILES[which]

    @require_GET
    @enforces("6.h.i/release")
    def give_file(_: HttpRequest) -> HttpResponse:
        published = _published(column)
        if published is None:
            raise Http404("Nothing is published yet.")
        return document_response(getattr(published, column), name, kind)

    return give_file


def _published(*columns: str) -> Published | None:
    if not public_since(Public.FIGURES):
        raise Http404("This page is off.")
    return Published.objects.only(*columns).first()
