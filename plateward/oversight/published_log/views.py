"""The published search log for everybody, and the Chief's page that begins and ends it."""

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.core.pages.fields import LongTextField
from plateward.ground.policy.trace import enforces
from plateward.oversight.published_log.actions import due_months, switch
from plateward.oversight.published_log.files import KINDS, file_of, repeats
from plateward.oversight.published_log.models import PublishedMonth, Publishing
from plateward.oversight.published_log.rules import K
from plateward.people import days
from plateward.people.http import actor_of

MOST_MONTHS = 36  # on a page; addresses of older ones stay


class SwitchForm(forms.Form):
    reason = LongTextField(3, "Reason", "Why, and what counsel said. It is kept in the log.", max_length=1000)


@require_GET
@enforces("SB40.confid/audit")
def index(request: HttpRequest) -> HttpResponse:
    """Context: `months`, newest first; `year`, of the newest, and its `repeats`; `least`. A stranger's look stores
    nothing, and reads each published month once a process."""
    if Publishing.current() is None:
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
    found = _published(month) if Publishing.current() and kind in KINDS else None
    if found is None:
        return _not_here(request)
    suffix = "csv" if kind == "csv" else "json"
    name = f"search-log-{found.name}{'-proof' if kind == 'proof' else ''}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file_of(found, kind, days.today()), content_type=KINDS[kind], headers=headers)


def _published(name: str) -> PublishedMonth | None:
    try:
        month = date.fromisoformat(f"{name}-01")
    except ValueError:
        return None
    return PublishedMonth.objects.filter(month=month).first()


def _not_here(request: HttpRequest) -> HttpResponse:
    """An answer, not an error: what strangers look for in vain leaves no entry each."""
    return render(request, "published_log/none.html", status=404)


@require_http_methods(["GET", "POST"])
@enforces("SB40.confid/audit")
def manage(request: HttpRequest) -> HttpResponse:
    """Turn it on or off, with a reason. Context: `current`, what counts, or None; `changes`; `months`; `due`, months
    that are to be published next; `least`."""
    sent, form = submitted(request, SwitchForm)
    if sent.valid:
        with sent:
            on = request.POST.get("on") == "yes"
            switch(actor_of(request), on=on, reason=form.cleaned_data["reason"])
            text = "Publishing is on. The first month appears after its end." if on else "Publishing is off."
            return sent.done(text, "searchlog:switch")
    record(actor_of(request), Event.SEARCHLOG_VIEW, "searchlog")
    return sent.render(
        "published_log/switch.html",
        current=Publishing.current(),
        changes=Publishing.objects.select_related("by")[:50],
        months=PublishedMonth.objects.all()[:MOST_MONTHS],
        due=due_months(),
        least=K,
    )
