"""The console of Communications, one call, and an officer's word to dispatch."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward.alerts.audience import theirs
from plateward.alerts.views import operator
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.dispatch import actions, console
from plateward.dispatch.forms import Tell
from plateward.dispatch.models import Call
from plateward.people.middleware import person_of, who_is
from plateward.policy.decision import Refused
from plateward.policy.trace import enforces

RECENT = 50


@require_GET
@enforces("6.e.vii", "6.c.i.4")
def show(request: HttpRequest) -> HttpResponse:
    """The console. Its board is asked for anew every few seconds."""
    return render(request, "dispatch/console.html", _board(request, ""))


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """For an open console, which asks again and again: the same, as it is now."""
    return render(request, "dispatch/board.html", _board(request, request.GET.get("shown", "")))


@enforces("6.b.i.9")
def _board(request: HttpRequest, seen: str) -> dict[str, object]:
    shown = console.board(person_of(request))
    keys = console.shown_keys(shown)
    if keys != seen:
        record(who_is(request), Event.CALL_VIEW, "dispatch console", calls=len(shown["calls"]))
    return {**shown, "shown": keys}


@require_GET
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: its alerts, what CAD has of it, and all that happened. Context: call; rows, of it alone;
    changes."""
    me = person_of(request)
    found = get_object_or_404(console.calls_for(me), pk=pk)
    record(who_is(request), Event.CALL_VIEW, f"call:{pk}")
    changes = found.changes.select_related("message").order_by("-pk")
    context = {"rows": [console.row(found, me)], "call": found, "changes": changes[:RECENT]}
    return render(request, "dispatch/call.html", context)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """CAD is told of the call once more."""
    found = get_object_or_404(console.calls_for(person_of(request)), pk=pk)
    actions.send_again(operator(request), found)
    messages.success(request, f"{str(found).capitalize()} is sent to CAD as it is now.")
    return redirect("dispatch:call", pk=pk)


@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """One act from the alert's page. What became of it stands there."""
    alert = theirs(request, pk)
    form = Tell(open_calls(request), request.POST)
    if not form.is_valid():
        messages.error(request, "This call is closed, or not yours to see. Choose again.")
        return redirect("alerts:alert", pk=pk)
    number = form.cleaned_data["call"]
    try:
        made = actions.tell(operator(request), alert, Call.objects.get(pk=number) if number else None)
    except Refused as refused:
        messages.error(request, str(refused.refusal))
    else:
        messages.success(request, f"Dispatch is told: {made}.")
    return redirect("alerts:alert", pk=pk)


def open_calls(request: HttpRequest) -> list[Call]:
    """Those that this person may choose."""
    return list(console.calls_for(person_of(request)).open()[: console.MOST])
