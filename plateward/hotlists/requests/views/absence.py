"""A supervisor's own absences."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.requests import absences as actions
from plateward.hotlists.requests.forms import Absent
from plateward.hotlists.requests.models import Absence
from plateward.pages.acts import Submission, failure_as_message
from plateward.people.http import person_of, who_is


@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Declare one; see those that are not over."""
    me, form = person_of(request), Absent(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            actions.declare(who_is(request), me, *form.span)
            messages.success(request, "Declared. Requests go to your own supervisor meanwhile.")
            return redirect("requests:absence")
    record(who_is(request), Event.HOTLIST_VIEW, f"person:{me.username}", looking_at="absences")
    context = {"form": form, "refusal": sent.refusal, "absences": actions.to_come(me), "above": me.supervisor}
    return render(request, "hotlists/requests/absence.html", context, status=sent.status)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """I am back, or will not be away."""
    me = person_of(request)
    with failure_as_message(request):
        actions.end(who_is(request), me, get_object_or_404(Absence, pk=pk, person=me))
        messages.success(request, "Ended. Requests of your people come to you again.")
    return redirect("requests:absence")
