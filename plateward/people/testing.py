"""People for tests: the cast's accounts, and a browser that is already logged in as one of them."""

from time import time
from typing import Any

from allauth.account.internal.flows import login
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.test import Client

from plateward import clock
from plateward.people import signin
from plateward.people.middleware import BANNER
from plateward.people.models import Person
from plateward.people.permissions import Role

CAST = {
    "ada": ("Ada Archuleta", "Agent", Role.OFFICER),
    "ben": ("Ben Begay", "Agent", Role.OFFICER),
    "carla": ("Carla Chavez", "Sergeant", Role.SUPERVISOR),
    "elena": ("Elena Espinoza", "", Role.COMMUNICATIONS),
    "gloria": ("Gloria Gallegos", "", Role.ADMINISTRATOR),
}


def person(username: str = "ada", *, password: str | None = None, **more: Any) -> Person:
    """A member of the cast, made where absent; without `password`, one who cannot log in with any."""
    found = Person.objects.filter(username=username).first()
    if found:
        return found
    full_name, rank, role = CAST[username]
    fields = {
        "full_name": full_name,
        "rank": rank,
        "role": role,
        "badge": f"badge-{username}",
        "unit": "Unit 12",
    }
    return Person.objects.create(username=username, password=make_password(password), **fields | more)


def code(secret: str, step: int = 0) -> str:
    """What an authenticator app shows now, or `step` times 30 s from now."""
    shown: str = format_hotp_value(hotp_value(secret, int(time()) // 30 + step))
    return shown


def signed_in(who: Person, *, second_factor: bool = True) -> Client:
    """A browser in which `who` has acknowledged the banner and logged in."""
    client = Client()
    client.force_login(who)
    request = HttpRequest()
    request.user = who
    request.session = client.session
    request.session[BANNER] = clock.now().isoformat()
    signin.begin(request, who)
    if second_factor:
        factor = (
            Authenticator.objects.filter(user=who).first()
            or TOTP.activate(who, generate_totp_secret()).instance
        )
        login.record_authentication(request, who, "mfa", id=factor.pk, type=factor.type)
    request.session.save()
    return client
