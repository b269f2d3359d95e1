"""The banner on every page of a supervisor: waiting emergencies, each approved with one press."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.protected.lookup import VehicleMatches, vehicles_for_plates
from plateward.hotlists.requests import deciding
from plateward.hotlists.requests.models import Request
from plateward.hotlists.requests.routing import emergencies_for
from plateward.hotlists.requests.story import VersionStory, version_history
from plateward.hotlists.requests.views.reviewing import visible_request
from plateward.pages.acts import Submission
from plateward.people.http import actor_of, person_of, wants_page
from plateward.policy.trace import enforces

TEMPLATE = "hotlists/requests/emergencies.html"


@enforces("6.f.i.1", "6.a.ii.3", "6.b.i.9")
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
    """For polling by an open page: the new banner, or nothing if it is unchanged."""
    keys = ",".join(str(emergency.pk) for emergency in emergencies_for(person_of(request)))
    if keys == request.GET.get("shown", ""):
        return HttpResponse(status=204)
    return _render_banner(request, "", Submission(request))


@require_POST
def approve_emergency(request: HttpRequest, pk: int) -> HttpResponse:
    """One press approves. A script gets the remaining banner, so that the page around it loses nothing."""
    me = person_of(request)
    emergency = visible_request(me, pk)
    version_text = request.POST.get("looked_at", "")
    looked_at = (
        int(version_text)
        if version_text.isascii() and version_text.isdigit() and len(version_text) < 19
        else 0
    )
    message, sent = (
        f"Request {pk} of {emergency.requester} is approved, as an emergency.",
        Submission(request),
    )
    with sent:
        deciding.approve_request(actor_of(request), emergency, looked_at)
    if not wants_page(request):
        return _render_banner(request, str(sent.refusal or message), sent)
    (messages.error if sent.refusal else messages.success)(request, str(sent.refusal or message))
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=True)
    return redirect(back if ours else "requests:to_review")


def _render_banner(request: HttpRequest, message: str, sent: Submission) -> HttpResponse:
    rows = banner_rows(request)
    context = {"emergencies": rows, "message": message, "done": not sent.refusal}
    html = render_to_string(TEMPLATE, context, request)
    return JsonResponse(
        {"shown": ",".join(str(emergency.pk) for emergency, _, _ in rows), "html": html}, status=sent.status
    )
