"""Pages for the public: no account, no banner, no session. Who is logged in is a stranger there, too."""

from allauth.core import ratelimit
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from plateward.core.audit.actor import Actor
from plateward.core.audit.repeated_refusals import client_network
from plateward.ground.policy.trace import enforces


@enforces("AC-7/strangers", "6.a.i.2/own")
def admit_stranger(request: HttpRequest) -> HttpResponse | None:
    """None if the request may go on. Forms are bounded by address (settings.ACCOUNT_RATE_LIMITS); looking stores
    nothing and is not."""
    address = request.META.get("REMOTE_ADDR", "")
    request.user = AnonymousUser()
    request.actor = Actor("anonymous", "", "a member of the public", address)  # type: ignore[attr-defined]
    if ratelimit.consume(request, action="public", key=client_network(address)):
        return None
    return render(request, "public_wait.html", status=429)
