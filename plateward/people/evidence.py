"""Evidence on named accounts and their sessions, for the compliance report."""

from collections.abc import Iterator

from plateward.core.audit.events import Event
from plateward.core.audit.evidence import entries_of
from plateward.ground.policy.evidence import Fact, fact
from plateward.people.models import Person, SignIn


def facts() -> Iterator[Fact]:
    """Accounts, open sessions, sessions taken over, acknowledged banners, changed factors."""
    sessions = SignIn.objects.filter(ended="")
    yield fact(
        "6.e.i",
        "6.a.i.2",
        text="Named accounts: {accounts:,}; open sessions, at most one a person at a desk and one in a vehicle: "
        "{sessions:,}; signs of a shared session in the last 30 days: {shared:,}.",
        accounts=Person.objects.count(),
        sessions=sessions.count(),
        shared=entries_of(Event.SESSION_FLAG),
        route="people:index",
    )
    yield fact(
        "AC-11",
        "AC-12",
        "IA-5.sessions",
        text="Open sessions that are locked: {locked:,}; sessions ended by log-out in the last 30 days: {log_outs:,}, "
        "by the hub: {ended:,}.",
        locked=sessions.exclude(locked_at=None).count(),
        log_outs=entries_of(Event.PERSON_LOGOUT),
        ended=entries_of(Event.SESSION_END),
        route="audit:index",
    )
    yield fact(
        "AC-8",
        text="Log-in banners acknowledged in the last 30 days: {banners:,}.",
        banners=entries_of(Event.PERSON_BANNER),
        route="audit:index",
    )
    yield fact(
        "IA-5.passwords",
        "IA-5.codes",
        text="Passwords changed in the last 30 days: {passwords:,}; second factors changed: {factors:,}.",
        passwords=entries_of(Event.PERSON_PASSWORD, outcome="done"),
        factors=entries_of(Event.PERSON_FACTOR, outcome="done"),
        route="audit:index",
    )
