"""The banner on every page of a supervisor: emergencies that wait, each approved with one press."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.protected.finding import Named, named_by
from plateward.hotlists.requests import deciding
from plateward.hotlists.requests.models import Request
from plateward.hotlists.requests.routing import emergencies_for
from plateward.hotlists.requests.story import Told, story
from plateward.hotlists.requests.views.reviewing import seen
from plateward.pages.acts import Submission
from plateward.people.http import person_of, wants_page, who_is
from plateward.policy.trace import enforces

TEMPLATE = "hotlists/requests/emergencies.html"


@enforces("6.f.i.1", "6.a.ii.3", "6.b.i.9")
def shown(request: HttpRequest) -> list[tuple[Request, Told, Named]]:
    """The emergencies for the banner of this person's page, each with its last version and the vehicles of the register
    that it names; on the log before they show."""
    found = emergencies_for(person_of(request))
    if found:
        keys = [one.pk for one in found]
        record(who_is(request), Event.HOTLIST_VIEW, "hotlist-requests:emergencies", requests=keys)
    registered = named_by([(one.last.bare, one.last.state) for one in found])
    return [(one, story(one)[0], named) for one, named in zip(found, registered, strict=True)]


@require_GET
def emergencies(request: HttpRequest) -> HttpResponse:
    """For an open page that asks again and again: the banner anew, or nothing where it is still the same."""
    keys = ",".join(str(one.pk) for one in emergencies_for(person_of(request)))
    if keys == request.GET.get("shown", ""):
        return HttpResponse(status=204)
    return _banner(request, "", Submission(request))


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """One press. A script gets the banner that is left, so that the page around it loses nothing."""
    me = person_of(request)
    found = seen(me, pk)
    given = request.POST.get("looked_at", "")
    looked_at = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    told, sent = f"Request {pk} of {found.asker} is approved, as an emergency.", Submission(request)
    with sent:
        deciding.approve(who_is(request), me, found, looked_at)
    if not wants_page(request):
        return _banner(request, str(sent.refusal or told), sent)
    (messages.error if sent.refusal else messages.success)(request, str(sent.refusal or told))
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=True)
    return redirect(back if ours else "requests:to_review")


def _banner(request: HttpRequest, told: str, sent: Submission) -> HttpResponse:
    rows = shown(request)
    context = {"emergencies": rows, "told": told, "done": not sent.refusal}
    html = render_to_string(TEMPLATE, context, request)
    return JsonResponse(
        {"shown": ",".join(str(one.pk) for one, _, _ in rows), "html": html}, status=sent.status
    )
