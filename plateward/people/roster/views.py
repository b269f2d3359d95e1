"""The page of differences between the agency's directory and the accounts here."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import failure_as_message
from plateward.core.pages.bulk import MOST_TOGETHER
from plateward.core.pages.fields import parse_number
from plateward.people.http import actor_of
from plateward.people.roster import actions


@require_http_methods(["GET", "POST"])
def directory(request: HttpRequest) -> HttpResponse:
    """What differs; POST compares now, or approves what is checked."""
    actor, refused, checked = actor_of(request), [], request.POST.getlist("person")[:MOST_TOGETHER]
    if "compare" in request.POST:
        with failure_as_message(request, "The directory was not compared."):
            actions.compare_now(actor)
        return redirect("people:directory")
    if request.method == "POST":
        with failure_as_message(request, "Nothing was changed."):
            result = actions.approve(actor, parse_number(request.POST.get("comparison", "")) or 0, checked)
            refused = result.refused
            if count := len(result.done):
                messages.success(request, f"{count} difference{pluralize(count)} approved.")
        if not refused:
            return redirect("people:directory")
    record(actor, Event.PERSON_COMPARE, "directory", viewed=True)
    context = {
        "directory": settings.PEOPLE_DIRECTORY,
        "comparison": actions.latest_comparison(),
        "refused": refused,
        "limit": MOST_TOGETHER,
    }
    return render(request, "people/directory.html", context, status=409 if refused else 200)
