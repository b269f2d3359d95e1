"""The limits on tries by name and by address that allauth keeps in the cache."""

from allauth.core.internal import ratelimit
from django.core.cache import cache

from plateward.people.models import Person
from plateward.policy.trace import enforces


@enforces("AC-7")
def forget(person: Person) -> None:
    """Who was released begins anew: the limits answer for names without an account too, and know of no release."""
    for key in (person.username, f"mfa-auth-user-{person.pk}"):
        for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
            if rate.per == "key":
                counter = {"app": "allauth.account", "action": "login_failed", "rate": rate, "key": key}
                cache.delete(ratelimit.get_cache_key(None, **counter))
