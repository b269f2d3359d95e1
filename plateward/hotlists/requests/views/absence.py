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
from plateward.people.http import person_of, who_is
from plateward.policy.decision import Refused


@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Declare one; see those that are not over."""
    me, refusal, status = person_of(request), None, 200
    form = Absent(request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.declare(who_is(request), me, *form.span)
            except Refused as refused:
                refusal, status = refused.refusal, 409
            else:
                messages.success(request, "Declared. Requests go to your own supervisor meanwhile.")
                return redirect("requests:absence")
    record(who_is(request), Event.HOTLIST_VIEW, f"person:{me.username}", looking_at="absences")
    context = {"form": form, "refusal": refusal, "absences": actions.to_come(me), "above": me.supervisor}
    return render(request, "hotlists/requests/absence.html", context, status=status)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """I am back, or will not be away."""
    me = person_of(request)
    try:
        actions.end(who_is(request), me, get_object_or_404(Absence, pk=pk, person=me))
    except Refused as refused:
        messages.error(request, str(refused.refusal))
    else:
        messages.success(request, "Ended. Requests of your people come to you again.")
    return redirect("requests:absence")
