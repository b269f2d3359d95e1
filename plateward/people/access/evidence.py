"""Evidence on who has access and who lacks something for it, for the compliance report."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from plateward.core.audit.evidence import PERIOD
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.people.access.models import Access, AccessReview, Suspension
from plateward.people.access.reviews.rules import YEARLY
from plateward.people.access.reviews.table import last_review, table_waiting
from plateward.people.access.rules import AccessStanding
from plateward.people.access.standing import holders, standings_of
from plateward.people.models import Person
from plateward.people.permissions import Role

CJIS_COURSE = "cjis"
ROLE_ROWS = {
    Role.ADMINISTRATOR: "6.c.i.1",
    Role.OFFICER: "6.c.i.2",
    Role.IT_SUPPORT: "6.c.i.3",
    Role.COMMUNICATIONS: "6.c.i.4",
    Role.INSPECTOR: "6.c.i.5",
}


def facts() -> Iterator[Fact]:
    """Approved accounts: by role, authorized or not, trained or not; reviews and locks."""
    now = clock.now()
    accounts = dict(holders(now).values_list("pk", "role"))
    standings = standings_of(accounts.keys())
    authorized = [key for key, standing in standings.items() if standing.authorized]
    roles = Counter(accounts[key] for key in authorized)
    yield fact(
        "5.d",
        "6.d.i",
        "AC-2",
        text="Accounts with approved access: {accounts:,}; authorized now: {authorized:,}; stopped, because something "
        "is missing: {stopped:,}.",
        accounts=len(accounts),
        authorized=len(authorized),
        stopped=len(accounts) - len(authorized),
        route="people:index",
    )
    yield _training(standings, now)
    administrators = roles[Role.ADMINISTRATOR]
    yield fact(
        "5.e",
        "6.b.i",
        "6.d.iii",
        text="ALPR administrators designated, trained and authorized: {administrators}.",
        administrators=administrators,
        attention="No ALPR administrator can work: the Chief designates one under Offices.",
        late=not administrators,
        route="people:index",
    )
    for role, row in ROLE_ROWS.items():
        yield fact(
            row,
            text="Authorized in this role: {people:,}.",
            people=roles[role],
            route="people:matrix",
        )
    yield fact(
        "6.b.i.8",
        "6.c.ii",
        "AC-6",
        text="Authorized people hold {roles} of the {all_roles} roles, each with what its duties need.",
        roles=len(roles),
        all_roles=len(Role),
        route="people:matrix",
    )
    yield from _factors(accounts)
    yield _review(now)
    yield _table()
    yield from _suspensions(now)


def _training(standings: dict[int, AccessStanding], now: datetime) -> Fact:
    required = {
        key: course
        for key, standing in standings.items()
        for course in standing.facts.courses
        if course.code == CJIS_COURSE
    }
    current = {key: course for key, course in required.items() if course.counts(now)}
    active = sum(1 for key in required.keys() - current.keys() if standings[key].authorized)
    return fact(
        "6.d.ii",
        "AT-2",
        text="Accounts with current CJIS training: {current:,} of {required:,}; lapsing within 30 days: {lapsing:,}; "
        "access stopped without it: {stopped:,}.",
        current=len(current),
        required=len(required),
        lapsing=sum(1 for course in current.values() if course.lapses and course.lapses - now <= PERIOD),
        stopped=len(required) - len(current) - active,
        attention="Accounts that work without current CJIS training: {late}. Suspend them and report a breach.",
        late=active,
        route="training:index",
    )


def _factors(accounts: dict[int, str]) -> Iterator[Fact]:
    from allauth.mfa.models import Authenticator

    from plateward.people.models import FACTORS

    enrolled = Authenticator.objects.filter(type__in=FACTORS, user__in=Person.objects.filter(pk__in=accounts))
    number = enrolled.values("user").distinct().count()
    yield fact(
        "6.c.ii.1",
        "IA-2",
        text="Accounts with approved access that have a second factor: {enrolled:,} of {approved:,}. The others cannot "
        "sign in to any duty.",
        enrolled=number,
        approved=len(accounts),
        route="people:index",
    )


def _review(now: datetime) -> Fact:
    last = AccessReview.objects.exclude(closed_at=None).order_by("-closed_at").first()
    open_one = AccessReview.objects.filter(closed_at=None).first()
    first = Access.objects.filter(decision=Access.Decision.APPROVED).order_by("begins").first()
    since = last.closed_at if last else first and first.begins
    overdue = (open_one is not None and open_one.due < now) or bool(since and now - since > YEARLY)
    return fact(
        "AC-2",
        "AC-6",
        "6.b.i.7",
        text="Last completed review of all access: {reviewed}. A review is open: {open}.",
        reviewed=clock.format_day(last.closed_at) if last and last.closed_at else "none yet",
        open="yes" if open_one else "no",
        attention="The yearly review of all access is overdue. Complete it under People, Access reviews.",
        late=overdue,
        route="access:reviews",
    )


def _table() -> Fact:
    last = last_review()
    return fact(
        "AC-6",
        text="Last review of the table of permissions: {reviewed}.",
        reviewed=f"{clock.format_day(last.at)}, by {last.by}" if last else "none yet",
        attention="The table of permissions is due for review. Record it under People, Permissions.",
        late=bool(table_waiting(last).count),
        route="people:matrix",
    )


def _suspensions(now: datetime) -> Iterator[Fact]:
    locked = Suspension.objects.filter(kind=Suspension.Kind.LOCKED)
    yield fact(
        "AC-7",
        text="Accounts locked after five failed log-ins in the last 30 days: {locked}; locked now: {locked_now}.",
        locked=locked.filter(begins__gte=now - PERIOD).count(),
        locked_now=locked.filter(ends=None).count(),
        route="people:log_ins",
    )
    yield fact(
        "AC-2",
        text="Requests for access that wait: {waiting}; accounts suspended as unused for 90 days: {unused}; suspended "
        "at once: {high_risk}.",
        waiting=Access.objects.filter(decision=Access.Decision.WAITING).count(),
        unused=Suspension.objects.filter(kind=Suspension.Kind.INACTIVE, ends=None).count(),
        high_risk=Suspension.objects.filter(kind=Suspension.Kind.HIGH_RISK, ends=None).count(),
        route="people:index",
    )
