"""The banner before sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from plateward.audit import repeated_refusals
from plateward.audit.events import Event
from plateward.people import browser_cookies
from plateward.people.http import visitor_of
from plateward.policy.trace import enforces


@enforces("AC-8")
@require_http_methods(["GET", "POST"])
def banner(request: HttpRequest) -> HttpResponse:
    """The terms of using this system. It stays until it is acknowledged."""
    back = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = ""
    if request.method == "GET":
        return render(request, "people/banner.html", {"next": back})
    repeated_refusals.record_or_count(visitor_of(request), Event.PERSON_BANNER, "banner", outcome="done")
    answer = redirect(back or "home")
    browser_cookies.acknowledge_banner(answer)
    return answer
