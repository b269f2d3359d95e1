"""What waits for a reviewer, and one request with all that is needed to decide it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.protected.finding import named
from plateward.hotlists.requests import deciding, duplicates, forms
from plateward.hotlists.requests.later import deviations
from plateward.hotlists.requests.models import UNREVIEWED_AT_MOST, Decision, Later, Request, Version
from plateward.hotlists.requests.routing import (
    emergencies_for,
    how_it_stands,
    may_see,
    routes,
    waiting_for,
)
from plateward.hotlists.requests.rules import may_decide
from plateward.hotlists.requests.story import story
from plateward.pages.acts import Submission
from plateward.people.command.absences import coming_absences
from plateward.people.command.rules import ReviewRoute
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces

RECENT = 20


@dataclass(frozen=True)
class Row:
    """A request that waits, its last version, and whose it is."""

    one: Request
    version: Version
    route: ReviewRoute


@require_GET
def to_review(request: HttpRequest) -> HttpResponse:
    """What is mine to review, the oldest first; emergencies of others; what I decided lately."""
    me = person_of(request)
    mine, urgent = waiting_for(me), emergencies_for(me)
    others = [one for one in urgent if one not in mine]
    record(who_is(request), Event.HOTLIST_VIEW, "hotlist-requests:to review", waiting=len(mine))
    with_whom = routes([*mine, *others])
    decided = Decision.objects.filter(by=me).exclude(version__request__asker=me)
    context = {
        "rows": [_row(one, with_whom) for one in mine],
        "others": [_row(one, with_whom) for one in others],
        "decided": decided.select_related("version__request__asker").order_by("-pk")[:RECENT],
        "absences": coming_absences(me),
        "later": Later.objects.filter(ends=None).first(),
        "deviations": deviations().count(),
    }
    return render(request, "hotlists/requests/to_review.html", context)


def _row(one: Request, with_whom: dict[int, ReviewRoute]) -> Row:
    return Row(one, one.last, with_whom[one.pk])


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and the decision on it."""
    me = person_of(request)
    found = seen(me, pk)
    form = forms.Deciding(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            messages.success(request, _decide(request, me, found, form.cleaned_data))
            return redirect("requests:to_review")
    record(who_is(request), Event.HOTLIST_VIEW, f"hotlist-request:{pk}")
    found = seen(me, pk)
    # What a refused form was sent for may be another version than the one shown now: it is to be looked at anew.
    again = (
        form
        if form.errors or not sent.refusal
        else forms.Deciding(initial={"text": form.cleaned_data["text"]})
    )
    context = _page(me, found) | {"form": again, "refusal": sent.refusal}
    return render(request, "hotlists/requests/review.html", context, status=sent.status)


@enforces("6.c.ii")
def seen(person: Person, pk: int) -> Request:
    """A request that this person may see; any other is answered as one that never was."""
    every = Request.objects.select_related("asker__unit", "asker__supervisor", "hotlist", "entry__ended")
    found = get_object_or_404(every, pk=pk)
    if not may_see(person, found):
        raise Http404
    return found


def _decide(request: HttpRequest, me: Person, found: Request, given: dict[str, Any]) -> str:
    act = {"approve": deciding.approve, "return": deciding.send_back, "refuse": deciding.refuse}[
        given["decision"]
    ]
    act(who_is(request), me, found, given["looked_at"], given["text"])
    done = {"approve": "approved", "return": "returned", "refuse": "refused"}[given["decision"]]
    return f"Request {found.pk} of {found.asker}: {done}."


def _page(me: Person, found: Request) -> dict[str, Any]:
    """All that is needed to decide it, on one screen."""
    version = found.last
    stands = how_it_stands(found, me)
    decision = may_decide(me, stands, version.pk, approves=True)
    barred = decision if isinstance(decision, Refusal) else None
    # Earlier ones of this plate, whoever asked, on lists that the reviewer may see.
    earlier = Request.objects.filter(versions__bare=version.bare).exclude(pk=found.pk).distinct()
    earlier = earlier.filter(Q(hotlist__covert=False) | Q(hotlist__people=me))
    is_listing = found.kind == Request.Kind.LIST
    return {
        "one": found,
        "version": version,
        "story": story(found),
        "route": stands.route if found.open else None,
        "barred": barred,
        "approves_only": barred is None and me not in stands.route.reviewers,
        "in_force_until": found.moved_at + UNREVIEWED_AT_MOST
        if found.state == Request.State.UNREVIEWED
        else None,
        "duplicates": duplicates.found(me, found.hotlist, version.plate, version.state, but=found.entry)
        if found.open and is_listing
        else [],
        "registered": named(version.bare, version.state),
        "earlier": earlier.select_related("asker", "hotlist").order_by("-pk")[:RECENT],
    }
