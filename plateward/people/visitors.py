"""Browsers in which nobody is logged in: what they keep for the hub, so that the hub keeps nothing for them."""

from datetime import datetime

from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from plateward import clock
from plateward.people.rules import LEFT_AT_MOST
from plateward.policy.trace import enforces

BANNER = "people.banner"  # in the session: when the banner was acknowledged
BANNER_COOKIE = "__Host-plateward-banner"  # the same before there is a session
KNOWN_COOKIE = "__Host-plateward-known"
KNOWN_LASTS_S = 400 * 24 * 3600  # the longest that browsers keep one
KNOWN_AT_MOST = 8  # people of whom one browser is known


def _keep(answer: HttpResponseBase, name: str, value: str, lasts_s: int | None = None) -> None:
    answer.set_cookie(name, value, max_age=lasts_s, secure=True, httponly=True, samesite="Strict")


@enforces("AC-8")
def acknowledge(answer: HttpResponseBase) -> None:
    """The banner was acknowledged here. Nothing is stored: whoever asks a thousand times fills no table."""
    _keep(answer, BANNER_COOKIE, signing.dumps(clock.now().isoformat(), salt=BANNER))


@enforces("AC-8")
def acknowledged(request: HttpRequest) -> str:
    """When the banner was acknowledged in this browser, for this log-in; nothing where it was not."""
    if in_session := request.session.get(BANNER):
        return str(in_session)
    try:
        at = str(signing.loads(request.COOKIES.get(BANNER_COOKIE, ""), salt=BANNER))
        left = clock.now() - datetime.fromisoformat(at)
    except (signing.BadSignature, ValueError):
        return ""
    return at if left < LEFT_AT_MOST else ""


def _mark(username: str) -> str:
    """Whom a browser is known of, unreadable to who finds the cookie."""
    return salted_hmac("people.known", username, algorithm="sha256").hexdigest()[:20]


def _known(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(KNOWN_COOKIE, ""), salt=KNOWN_COOKIE)
    except signing.BadSignature:
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


@enforces("AC-7")
def knows(request: HttpRequest, username: str) -> bool:
    """Whether this person has logged in by this browser before. It opens nothing; it only is no stranger."""
    return _mark(username) in _known(request)


def remember(request: HttpRequest, username: str, answer: HttpResponseBase) -> None:
    """This person has logged in here."""
    others = [one for one in _known(request) if one != _mark(username)]
    marks = [*others, _mark(username)][-KNOWN_AT_MOST:]
    _keep(answer, KNOWN_COOKIE, signing.dumps(marks, salt=KNOWN_COOKIE), KNOWN_LASTS_S)
