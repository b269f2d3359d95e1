"""The limits on tries: by name, which allauth keeps in the cache, and by an address with many failures."""

from allauth.core import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from plateward.core.audit.repeated_refusals import client_network
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import browser_cookies, terminals
from plateward.people.models import FailedTry, Person
from plateward.people.rules import FAILED_WITHIN, GUESSED_FROM

PACE_S = 5  # seconds between two tries of strangers at an address with many failures


@enforces("AC-7/strangers")
def must_wait(request: HttpRequest, username: str) -> bool:
    """Whether a sign-in from here is not even tried now. With many failures from an address, strangers share
    one try every few seconds: that slows guessing, and blocks no known browser or terminal."""
    address = client_network(request.META.get("REMOTE_ADDR", ""))
    lately = FailedTry.objects.filter(address=address, at__gt=clock.now() - FAILED_WITHIN)
    if lately.count() < GUESSED_FROM:
        return False
    if browser_cookies.is_known_browser(request, username.strip().lower()) or terminals.terminal_of(request):
        return False
    return not cache.add(f"people.pace:{address}", 1, timeout=PACE_S)


@enforces("AC-7/lock")
def reset_limits(person: Person) -> None:
    """A restored person starts over: the limits also cover unknown names, so they know of no restoring."""
    for key in (person.username, f"mfa-auth-user-{person.pk}"):
        ratelimit.clear(None, action="login_failed", key=key)
