"""The published search log, for everybody."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.core.pages.documents import document_response
from plateward.ground.policy.trace import enforces
from plateward.oversight.published_log.files import KINDS, file_of, repeats
from plateward.oversight.published_log.models import PublishedMonth
from plateward.oversight.published_log.rules import K
from plateward.people import days
from plateward.people.sharing.public import Public, public_since

MOST_MONTHS = 36  # on a page; addresses of older ones stay


@require_GET
@enforces("SB40.confid/audit")
def index(request: HttpRequest) -> HttpResponse:
    """Context: `months`, newest first; `year`, of the newest, and its `repeats`; `least`. A stranger's look stores
    nothing, and reads each published month once a process."""
    if public_since(Public.SEARCHES) is None:
        return _not_here(request)
    months = list(PublishedMonth.objects.all()[:MOST_MONTHS])
    year = months[0].month.year if months else days.today().year
    of_year = tuple(month.month for month in months if month.month.year == year)
    context = {"months": months, "year": year, "repeats": repeats(of_year), "least": K}
    return render(request, "published_log/index.html", context)


@require_GET
@enforces("SB40.confid/audit")
def download(request: HttpRequest, month: str, kind: str) -> HttpResponse:
    """A month as a file for everybody."""
    found = _published(month) if kind in KINDS and public_since(Public.SEARCHES) else None
    if found is None:
        return _not_here(request)
    suffix = "csv" if kind == "csv" else "json"
    name = f"search-log-{found.name}{'-proof' if kind == 'proof' else ''}.{suffix}"
    return document_response(file_of(found, kind, days.today()), name, KINDS[kind])


def _published(name: str) -> PublishedMonth | None:
    try:
        month = date.fromisoformat(f"{name}-01")
    except ValueError:
        return None
    return PublishedMonth.objects.filter(month=month).first()


def _not_here(request: HttpRequest) -> HttpResponse:
    """An answer, not an error: what strangers look for in vain leaves no entry each."""
    return render(request, "published_log/none.html", status=404)
