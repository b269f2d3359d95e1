"""Emergency access: requested and approved like any other, over by itself, and not renewed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access import standing
from plateward.people.access.actions import RequestedAccess, approve_request, request_access
from plateward.people.access.models import Access
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


def emergency(hours: int = 72) -> RequestedAccess:
    return RequestedAccess(
        Role.OFFICER, "Search for a missing child.", supervisor=person("carla"), hours=hours
    )


def newcomer() -> Person:
    """Ben, trained, without access."""
    ben = person("ben", supervisor=person("carla"))
    Access.objects.filter(person=ben).update(ends=clock.now(), ended_by="system:test")
    return ben


@pytest.mark.clause("AC-2/temporary", "AC-2/approval", "5.d/account")
def test_emergency_access_waits_for_somebody_else_and_dies_by_itself() -> None:
    ben = newcomer()
    access = request_access(acting("carla"), ben, emergency(48))
    assert not standing.standing_of(ben).authorized
    with pytest.raises(Refused, match="requested this access"):
        approve_request(acting("carla"), access)
    approve_request(acting("hector"), access)
    access.refresh_from_db()
    assert access.begins
    with clock.set_to(access.begins + 48 * HOUR - MOMENT):
        assert standing.standing_of(ben).authorized
        client = signed_in(ben)
        assert client.get("/alerts/").status_code == 200
        with clock.set_to(access.begins + 48 * HOUR):
            assert not standing.standing_of(ben).authorized
            assert client.get("/alerts/").status_code == 403


@pytest.mark.clause("AC-2/temporary")
def test_its_clock_is_shown() -> None:
    ben = newcomer()
    approve_request(acting("hector"), request_access(acting("carla"), ben, emergency(72)))
    with clock.set_to(clock.now() + 2 * HOUR):
        for client, page in (
            (signed_in(person("gloria")), "/access/of/ben/"),
            (signed_in(ben), "/access/mine/"),
        ):
            assert "Emergency access: 2 days left" in client.get(page).content.decode()
    with clock.set_to(clock.now() + 31 * HOUR):
        assert "Emergency access: 40 hours left" in signed_in(ben).get("/access/mine/").content.decode()


@pytest.mark.clause("AC-2/temporary")
@pytest.mark.parametrize("hours", [0, 73, 720])
def test_it_lasts_72_hours_at_most(hours: int) -> None:
    with pytest.raises(Refused, match="at most 72 hours"):
        request_access(acting("carla"), newcomer(), emergency(hours))


@pytest.mark.both_databases
@pytest.mark.clause("AC-2/temporary")
def test_the_database_itself_holds_no_emergency_access_that_lasts_longer_or_does_not_end() -> None:
    now = clock.now()
    row = {"person": person("ben"), "role": "officer", "reason": "R.", "requested_by": "person:carla"}
    for wrong in (
        {"kind": "emergency", "hours": 73},
        {"kind": "emergency"},
        {"kind": "standing", "hours": 5},
        {"kind": "emergency", "hours": 72, "decision": "approved", "begins": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Access.objects.create(**row, **wrong)


@pytest.mark.both_databases
@pytest.mark.clause("AC-2/temporary")
def test_it_is_not_renewed_but_while_standing_access_waits_for_its_decision() -> None:
    ben = newcomer()
    approve_request(acting("hector"), request_access(acting("carla"), ben, emergency()))
    with clock.set_to(clock.now() + 73 * HOUR):
        with pytest.raises(Refused, match="cannot be renewed"):
            request_access(acting("carla"), ben, emergency())
        lasting = request_access(
            acting("carla"), ben, RequestedAccess(Role.OFFICER, "Joins unit 12.", supervisor=person("carla"))
        )
        approve_request(acting("hector"), request_access(acting("carla"), ben, emergency(24)))
        with clock.set_to(clock.now() + HOUR):
            approve_request(acting("hector"), lasting)
            granted = standing.standing_of(ben).facts.granted
            assert granted
            assert not granted.emergency
            assert Access.objects.filter(person=ben, kind="emergency", ends__gt=clock.now()).count() == 0
    with clock.set_to(clock.now() + timedelta(days=400)):
        Access.objects.filter(person=ben, ends=None).update(ends=clock.now())
        request_access(acting("carla"), ben, emergency())  # another emergency, much later


@pytest.mark.clause("AC-2/temporary")
def test_it_is_for_somebody_who_has_no_access_also_when_it_begins() -> None:
    with pytest.raises(Refused, match="already has access"):
        request_access(acting("carla"), person("ada", supervisor=person("carla")), emergency())
    ben = newcomer()
    waiting, lasting = (
        request_access(acting("carla"), ben, emergency()),
        request_access(acting("carla"), ben, RequestedAccess(Role.OFFICER, "Joins.")),
    )
    approve_request(acting("hector"), lasting)
    with pytest.raises(Refused, match="already has access"):
        approve_request(acting("hector"), waiting)
    assert Access.objects.filter(person=ben, decision="approved", ends=None).count() == 1


@pytest.mark.clause("AC-2/temporary")
def test_it_is_asked_for_and_approved_on_the_pages_of_any_other_access() -> None:
    newcomer()
    carla, hector = signed_in(person("carla")), signed_in(person("hector"))
    given = {"person": "ben", "role": "officer", "supervisor": person("carla").pk, "reason": "A lost child."}
    answer = carla.post("/access/ask/", given | {"hours": "99"})
    assert answer.status_code == 409
    assert b"at most 72 hours" in answer.content
    assert carla.post("/access/ask/", given | {"hours": "36"}).status_code == 302
    assert "Emergency, 36 hours" in hector.get("/access/waiting/").content.decode()
    waiting = Access.objects.get(decision="")
    hector.post("/access/waiting/decide/", {"request": waiting.pk, "decision": "approve"})
    waiting.refresh_from_db()
    assert waiting.begins
    assert waiting.ends == waiting.begins + 36 * HOUR
