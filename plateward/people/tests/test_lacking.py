"""A person who lacks any one thing is refused every duty at the next request, with its clause, on the record;
and what they have open is closed for the same reason."""

import pytest
from django.test import Client
from django.urls import reverse

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.people.access.models import Access, Suspension
from plateward.people.access.rules import refusals_for
from plateward.people.access.standing import own_standing
from plateward.people.models import Person, SignIn
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.proofs import by_token
from plateward.people.routes import ROUTES
from plateward.people.sign_in import open_sessions
from plateward.people.sign_in.open_sessions import OpenSession
from plateward.people.testing import person, signed_in
from plateward.people.tests.lacks import LACKS, Taken
from plateward.people.training.catalog import POLICY_COURSES, courses_required
from plateward.testing.routes import routes

# access/tests/test_fact_query.py asks both databases for the facts.
pytestmark = pytest.mark.django_db
# A token asks the same facts: searches/api/tests.
DUTIES = [
    route for route in routes() if isinstance(ROUTES.get(route.name), Permission) and not by_token(route.name)
]


def session(who: Person) -> OpenSession:
    return OpenSession(who.pk, str(SignIn.objects.get(person=who).token))


def refused_with(client: Client, who: Person) -> set[str]:
    """The clauses that refuse this person every duty, and those of a look and of an act at two addresses."""
    own = own_standing(who)
    clauses = {refusals_for(own, ROUTES[route.name])[0].clause for route in DUTIES}  # type: ignore[arg-type]
    before = AuditEntry.objects.filter(event="route.refuse", actor_id=who.username)
    known = before.count()
    for ask, route in ((client.get, DUTIES[0]), (client.post, DUTIES[-1])):
        answer = ask(route.path, headers={"accept": "application/json"})
        assert answer.status_code == 403, route.name
        clauses.add(answer.json()["clause"])
    assert before.filter(clause__in=clauses).count() == known + 2
    return clauses


@pytest.mark.clause(
    "5.d/account",
    "5.d/training",
    "5.d/exam",
    "5.d/cjis",
    "5.d/says",
    "5.e/training",
    "5.e/exam",
    "5.e/cjis",
    "6.b.i/designation",
    "6.b.i.9/denied",
    "6.c.i.2/sworn",
    "6.d.i/before",
    "6.d.ii/yearly",
    "6.d.iii/elevated",
    "6.d.iv/incident",
    "6.g.i.1/days",
    "6.g.i.2/days",
    "6.g.i.3/permanent",
)
@pytest.mark.clause(
    "AC-2/disabled", "AC-7/lock", "AT-2/before", "AT-2/yearly", "AT-2/incident", "AT-3/roles", "IA-2/people"
)
@pytest.mark.parametrize("taken", LACKS.values(), ids=LACKS)
def test_whoever_lacks_one_thing_is_refused_everything_and_told_what(taken: Taken) -> None:
    who = person(taken.who)
    client = signed_in(who)
    duty = next(iter(ROLE_PERMISSIONS[Role(who.role)]))
    assert open_sessions.refusals_of_sessions({session(who)}, duty) == {}
    taken.away(who)
    assert refused_with(client, who) == {taken.clause}
    (missing,) = open_sessions.refusals_of_sessions({session(who)}, duty).values()
    assert [lack.clause for lack in missing] == [taken.clause]
    own = client.get(reverse("access:mine")).content.decode()
    assert missing[0].reason in own.replace("&#x27;", "'")
    assert missing[0].help in own.replace("&#x27;", "'")


def test_the_table_leaves_nothing_out() -> None:
    assert {f"course {code}" for role in Role for code in courses_required(role)} <= LACKS.keys()
    assert {f"no suspension: {kind}" for kind in Suspension.Kind.values} <= LACKS.keys()


@pytest.mark.clause("6.b.i.8/matrix", "6.c.ii/cases", "AC-2/approval")
def test_another_role_counts_from_the_next_request_on_whatever_the_account_shows() -> None:
    ada = person("ada")
    client = signed_in(ada)
    assert client.get("/alerts/").status_code == 200
    Access.objects.filter(person=ada).update(role=Role.RECORDS)
    for course in ("policy", "equipment", "ncic", "cjis"):
        assert course in POLICY_COURSES  # which both roles require
    assert client.get("/alerts/").status_code == 403
    (missing,) = open_sessions.refusals_of_sessions({session(ada)}, Permission.ALERT_VIEW).values()
    assert [lack.clause for lack in missing] == ["6.b.i.8"]


@pytest.mark.clause("6.a.i.2/own", "AC-12/ends")
def test_another_log_in_and_a_log_out_close_what_is_open() -> None:
    ada = person("ada")
    first = signed_in(ada)
    earlier = session(ada)
    second = signed_in(ada)
    (missing,) = open_sessions.refusals_of_sessions({earlier, session(ada)}, Permission.ALERT_VIEW).values()
    assert [lack.clause for lack in missing] == ["6.a.i.2"]
    assert first.get("/alerts/").status_code == 302
    later = session(ada)
    second.post("/logout/")
    (missing,) = open_sessions.refusals_of_sessions({later}, Permission.ALERT_VIEW).values()
    assert [lack.clause for lack in missing] == ["AC-12"]


@pytest.mark.clause("AC-12/ends")
def test_one_look_asks_as_much_for_a_hundred_as_for_one(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    sessions = set()
    for name in ("ada", "ben", "carla", "elena"):
        signed_in(person(name))
        sessions.add(session(person(name)))
    record(HUB, Event.ACCESS_APPROVE, "access:0")  # their access is on the log
    open_sessions.refusals_of_sessions(sessions, Permission.ALERT_VIEW)  # what is demanded of all is known
    for some in ({next(iter(sessions))}, sessions):
        with django_assert_num_queries(7):
            assert open_sessions.refusals_of_sessions(some, Permission.ALERT_VIEW) == {}
