"""Requests that wait for a reviewer, and one request with all that is needed to decide it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.protected.lookup import vehicles_for_plate
from plateward.hotlists.requests import deciding, duplicates, forms
from plateward.hotlists.requests.models import UNREVIEWED_AT_MOST, Decision, Later, Request, Version
from plateward.hotlists.requests.review_after_entry import deviations
from plateward.hotlists.requests.routing import (
    emergencies_for,
    may_see_request,
    requests_waiting_for,
    routes_of,
    standing_of,
)
from plateward.hotlists.requests.rules import may_decide_request
from plateward.hotlists.requests.story import version_history
from plateward.pages.acts import Submission
from plateward.people.chain_of_command.absences import coming_absences
from plateward.people.chain_of_command.rules import ReviewRoute
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces

RECENT = 20


@dataclass(frozen=True)
class ReviewRow:
    """A waiting request, its last version, and its reviewers."""

    item: Request
    version: Version
    route: ReviewRoute


@require_GET
def list_to_review(request: HttpRequest) -> HttpResponse:
    """My reviews, oldest first; other people's emergencies; my recent decisions."""
    me = person_of(request)
    waiting, urgent = requests_waiting_for(me), emergencies_for(me)
    emergencies = [pending for pending in urgent if pending not in waiting]
    record(actor_of(request), Event.HOTLIST_VIEW, "hotlist-requests:to review", waiting=len(waiting))
    with_whom = routes_of([*waiting, *emergencies])
    decided = Decision.objects.filter(by=me).exclude(version__request__requester=me)
    context = {
        "rows": [_review_row(pending, with_whom) for pending in waiting],
        "others": [_review_row(pending, with_whom) for pending in emergencies],
        "decided": decided.select_related("version__request__requester").order_by("-pk")[:RECENT],
        "absences": coming_absences(me),
        "later": Later.objects.filter(ends=None).first(),
        "deviations": deviations().count(),
    }
    return render(request, "hotlists/requests/to_review.html", context)


def _review_row(request: Request, with_whom: dict[int, ReviewRoute]) -> ReviewRow:
    return ReviewRow(request, request.last, with_whom[request.pk])


@require_http_methods(["GET", "POST"])
def review_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and the decision on it."""
    me = person_of(request)
    pending = visible_request(me, pk)
    form = forms.DecisionForm(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            messages.success(request, _decide(request, pending, form.cleaned_data))
            return redirect("requests:to_review")
    record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist-request:{pk}")
    pending = visible_request(me, pk)
    # A refused form may have been about another version than is shown now: the reviewer must look again.
    again = (
        form
        if form.errors or not sent.refusal
        else forms.DecisionForm(initial={"text": form.cleaned_data["text"]})
    )
    return sent.render("hotlists/requests/review.html", **_review_context(me, pending) | {"form": again})


@enforces("6.c.ii")
def visible_request(person: Person, pk: int) -> Request:
    """A request that this person may see; any other answers like one that never existed."""
    requests = Request.objects.select_related(
        "requester__unit", "requester__supervisor", "hotlist", "entry__ended"
    )
    request = get_object_or_404(requests, pk=pk)
    if not may_see_request(person, request):
        raise Http404
    return request


def _decide(request: HttpRequest, pending: Request, data: dict[str, Any]) -> str:
    act = {
        "approve": deciding.approve_request,
        "return": deciding.return_request,
        "refuse": deciding.refuse_request,
    }[data["decision"]]
    act(actor_of(request), pending, data["looked_at"], data["text"])
    done = {"approve": "approved", "return": "returned", "refuse": "refused"}[data["decision"]]
    return f"Request {pending.pk} of {pending.requester}: {done}."


def _review_context(me: Person, request: Request) -> dict[str, Any]:
    """All that is needed to decide it, on one screen."""
    version = request.last
    stands = standing_of(request, me)
    decision = may_decide_request(me, stands, version.pk, approves=True)
    barred = decision if isinstance(decision, Refusal) else None
    # Earlier requests for this plate by anybody, on lists that the reviewer may see.
    earlier = Request.objects.filter(versions__bare=version.bare).exclude(pk=request.pk).distinct()
    earlier = earlier.filter(Q(hotlist__covert=False) | Q(hotlist__people=me))
    is_listing = request.kind == Request.Kind.LIST
    return {
        "hotlist_request": request,
        "version": version,
        "story": version_history(request),
        "route": stands.route if request.open else None,
        "barred": barred,
        "approves_only": barred is None and me not in stands.route.reviewers,
        "in_force_until": request.moved_at + UNREVIEWED_AT_MOST
        if request.state == Request.State.UNREVIEWED
        else None,
        "duplicates": duplicates.likely_duplicates(
            me, request.hotlist, version.plate, version.state, but=request.entry
        )
        if request.open and is_listing
        else [],
        "registered": vehicles_for_plate(version.bare, version.state),
        "earlier": earlier.select_related("requester", "hotlist").order_by("-pk")[:RECENT],
    }
