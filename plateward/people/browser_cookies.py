"""Browsers in which nobody is signed in: they keep the hub's facts in cookies, so the hub stores none."""

from datetime import datetime

from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.rules import LEFT_AT_MOST

BANNER_KEY = "people.banner"  # in the session: when the banner was acknowledged
BANNER_COOKIE = "__Host-plateward-banner"  # the same before there is a session
KNOWN_COOKIE = "__Host-plateward-known"
LONGEST_S = 400 * 24 * 3600  # the longest that browsers keep a cookie
KNOWN_AT_MOST = 8  # people whom one browser remembers


def set_cookie(answer: HttpResponseBase, name: str, value: str, lasts_s: int | None = None) -> None:
    """A cookie that no script reads and no other site sends; until the browser closes, if it lasts no seconds."""
    answer.set_cookie(name, value, max_age=lasts_s, secure=True, httponly=True, samesite="Strict")


@enforces("AC-8/banner")
def acknowledge_banner(answer: HttpResponseBase) -> None:
    """The banner was acknowledged here. Nothing is stored: a thousand requests fill no table."""
    set_cookie(answer, BANNER_COOKIE, signing.dumps(clock.now().isoformat(), salt=BANNER_KEY))


@enforces("AC-8/banner")
def banner_acknowledged_at(request: HttpRequest) -> str:
    """When the banner was acknowledged in this browser, for this sign-in; empty if it was not."""
    if in_session := request.session.get(BANNER_KEY):
        return str(in_session)
    try:
        at = str(signing.loads(request.COOKIES.get(BANNER_COOKIE, ""), salt=BANNER_KEY))
        left = clock.now() - datetime.fromisoformat(at)
    except (signing.BadSignature, ValueError):
        return ""
    return at if left < LEFT_AT_MOST else ""


def _person_mark(username: str) -> str:
    """A person's mark in the cookie, unreadable to anybody who finds it."""
    return salted_hmac("people.known", username, algorithm="sha256").hexdigest()[:20]


def _known_marks(request: HttpRequest) -> list[str]:
    try:
        marks = signing.loads(request.COOKIES.get(KNOWN_COOKIE, ""), salt=KNOWN_COOKIE)
    except signing.BadSignature:
        return []
    return [mark for mark in marks if isinstance(mark, str)] if isinstance(marks, list) else []


@enforces("AC-7/strangers")
def is_known_browser(request: HttpRequest, username: str) -> bool:
    """Whether this person has signed in by this browser before. It opens nothing; it is only no stranger."""
    return _person_mark(username) in _known_marks(request)


def remember_person(request: HttpRequest, username: str, answer: HttpResponseBase) -> None:
    other_marks = [mark for mark in _known_marks(request) if mark != _person_mark(username)]
    marks = [*other_marks, _person_mark(username)][-KNOWN_AT_MOST:]
    set_cookie(answer, KNOWN_COOKIE, signing.dumps(marks, salt=KNOWN_COOKIE), LONGEST_S)
