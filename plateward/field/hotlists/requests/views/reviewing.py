"""What reviewers see: the requests that wait, one with all that is needed to decide it, the banner of emergencies, and
the Chief's page on review after entry."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.fields import parse_number
from plateward.core.pages.lists import page_of
from plateward.field.hotlists.protected.lookup import VehicleMatches, vehicles_for_plate, vehicles_for_plates
from plateward.field.hotlists.requests import deciding, duplicates, forms, review_after_entry
from plateward.field.hotlists.requests.models import UNREVIEWED_AT_MOST, Decision, Later, Request
from plateward.field.hotlists.requests.routing import (
    emergencies_for,
    may_see_request,
    requests_waiting_for,
    routes_of,
    standing_of,
)
from plateward.field.hotlists.requests.rules import may_decide_request
from plateward.field.hotlists.requests.story import VersionStory, version_history
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_of
from plateward.people.chain_of_command.absences import coming_absences
from plateward.people.http import actor_of, person_of, wants_page
from plateward.people.models import Person

RECENT = 20


@require_GET
def list_to_review(request: HttpRequest) -> HttpResponse:
    """My reviews, oldest first; other people's emergencies; my recent decisions. Context: rows and others, of
    (Request, its last Version, its ReviewRoute); decided; absences; later; deviations."""
    me = person_of(request)
    waiting, urgent = requests_waiting_for(me), emergencies_for(me)
    emergencies = [pending for pending in urgent if pending not in waiting]
    record(actor_of(request), Event.HOTLIST_VIEW, "hotlist-requests:to review", waiting=len(waiting))
    with_whom = routes_of([*waiting, *emergencies])
    decided = Decision.objects.filter(by=me).exclude(version__request__requester=me)
    context = {
        "rows": [(pending, pending.last, with_whom[pending.pk]) for pending in waiting],
        "others": [(pending, pending.last, with_whom[pending.pk]) for pending in emergencies],
        "decided": decided.select_related("version__request__requester").order_by("-pk")[:RECENT],
        "absences": coming_absences(me),
        "later": Later.objects.filter(ends=None).first(),
        "deviations": review_after_entry.deviations().count(),
    }
    return render(request, "hotlists/requests/to_review.html", context)


@require_http_methods(["GET", "POST"])
def review_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and the decision on it."""
    me = person_of(request)
    pending = visible_request(me, pk)
    sent, form = submitted(request, forms.DecisionForm)
    if sent.valid:
        with sent:
            return sent.done(_decide(request, pending, form.cleaned_data), "requests:to_review")
    record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist-request:{pk}")
    pending = visible_request(me, pk)
    # A refused form may have been about another version than is shown now: the reviewer must look again.
    again = (
        form
        if form.errors or not sent.refusal
        else forms.DecisionForm(initial={"text": form.cleaned_data["text"]})
    )
    return sent.render("hotlists/requests/review.html", **_review_context(me, pending) | {"form": again})


@enforces("6.c.ii/cases")
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
    act(actor_of(request), pending, data["seen"], data["text"])
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


@enforces("6.f.i.1/emergency", "6.a.ii.3/brake", "6.b.i.9/entries", "6.b.i.9/first")
def banner_rows(request: HttpRequest) -> list[tuple[Request, VersionStory, VehicleMatches]]:
    """The emergencies for this person's banner, each with its last version and the registered vehicles that
    it names; recorded in the audit log before they show."""
    requests = emergencies_for(person_of(request))
    if requests:
        keys = [emergency.pk for emergency in requests]
        record(actor_of(request), Event.HOTLIST_VIEW, "hotlist-requests:emergencies", requests=keys)
    registered = vehicles_for_plates([(emergency.last.bare, emergency.last.state) for emergency in requests])
    return [
        (emergency, version_history(emergency)[0], vehicles)
        for emergency, vehicles in zip(requests, registered, strict=True)
    ]


@require_GET
def refresh_banner(request: HttpRequest) -> HttpResponse:
    """For an open page: the new banner, or nothing if it is unchanged."""
    keys = ",".join(str(emergency.pk) for emergency in emergencies_for(person_of(request)))
    if keys == request.GET.get("shown", ""):
        return HttpResponse(status=204)
    return _render_banner(request, "", Submission(request))


@require_POST
def approve_emergency(request: HttpRequest, pk: int) -> HttpResponse:
    """One press approves. A script gets the remaining banner, so that the page around it loses nothing."""
    me = person_of(request)
    emergency = visible_request(me, pk)
    seen = parse_number(request.POST.get("seen", "")) or 0
    message = f"Request {pk} of {emergency.requester} is approved, as an emergency."
    sent = Submission(request)
    with sent:
        deciding.approve_request(actor_of(request), emergency, seen)
    if not wants_page(request):
        return _render_banner(request, str(sent.refusal or message), sent)
    (messages.error if sent.refusal else messages.success)(request, str(sent.refusal or message))
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=True)
    return redirect(back if ours else "requests:to_review")


def _render_banner(request: HttpRequest, message: str, sent: Submission) -> HttpResponse:
    rows = banner_rows(request)
    context = {"emergencies": rows, "message": message, "done": not sent.refusal}
    html = render_to_string("hotlists/requests/emergencies.html", context, request)
    return JsonResponse(
        {"shown": ",".join(str(emergency.pk) for emergency, _, _ in rows), "html": html}, status=sent.status
    )


@require_http_methods(["GET", "POST"])
def manage_review_after_entry(request: HttpRequest) -> HttpResponse:
    """Enable it or switch it off, with a reason; lists every use as a deviation."""
    sent, form = submitted(request, forms.SwitchForm)
    if sent.valid:
        with sent:
            actor, reason = actor_of(request), form.cleaned_data["reason"]
            if request.POST.get("allow") == "yes":
                review_after_entry.enable(actor, reason)
                message = "Enabled. Each entry that is in force before its review is reported as a deviation."
            else:
                message = f"Turned off. Entries ended: {review_after_entry.disable(actor, reason)}."
            return sent.done(message, "requests:later")
    record(actor_of(request), Event.HOTLIST_VIEW, "hotlists:review after entry")
    times = list(Later.objects.all()[:50])
    page = page_of(request, review_after_entry.deviations())
    allowed = next((period for period in times if period.ends is None), None)
    names = names_of(key for period in times for key in (period.begun_by, period.ended_by))
    return sent.render("hotlists/requests/later.html", allowed=allowed, times=times, page=page, names=names)
