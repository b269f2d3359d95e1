"""The Chief's page: whether review after entry is allowed, and every entry made under it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.requests import review_after_entry as actions
from plateward.hotlists.requests.forms import SwitchForm
from plateward.hotlists.requests.models import Later
from plateward.pages.acts import Submission
from plateward.pages.lists import page_of
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of


@require_http_methods(["GET", "POST"])
def manage_review_after_entry(request: HttpRequest) -> HttpResponse:
    """Enable it or switch it off, with a reason; lists every use as a deviation."""
    form = SwitchForm(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            messages.success(request, _switch(request, form.cleaned_data["reason"]))
            return redirect("requests:later")
    record(actor_of(request), Event.HOTLIST_VIEW, "hotlists:review after entry")
    times = list(Later.objects.all()[:50])
    page = page_of(request, actions.deviations())
    allowed = next((period for period in times if period.ends is None), None)
    names = names_of(key for period in times for key in (period.begun_by, period.ended_by))
    return sent.render("hotlists/requests/later.html", allowed=allowed, times=times, page=page, names=names)


def _switch(request: HttpRequest, reason: str) -> str:
    if request.POST.get("allow") == "yes":
        actions.enable(actor_of(request), reason)
        return "Enabled. Each entry that is in force before its review is reported as a deviation."
    ended = actions.disable(actor_of(request), reason)
    return f"Turned off. Entries ended: {ended}."
