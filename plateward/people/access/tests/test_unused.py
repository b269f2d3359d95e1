"""Ninety days without use: refused at once, recorded, and not cured by signing in."""

from datetime import timedelta

import pytest
from django.test import Client

from plateward.ground import clock
from plateward.people.access import standing
from plateward.people.access.models import Access, Suspension
from plateward.people.access.suspensions import actions
from plateward.people.actor import PersonActor
from plateward.people.models import Person, SignIn
from plateward.people.notices.models import Notice
from plateward.people.testing import SINCE, person, signed_in

pytestmark = pytest.mark.django_db
DAYS_90 = timedelta(days=90)
MOMENT = timedelta(microseconds=1)
PASSWORD = "bosque-trails-77"


def used(days_ago: float, username: str = "ada") -> Person:
    officer = person(username)
    long_ago = clock.now() - timedelta(days=400)
    Access.objects.filter(person=officer).update(begins=long_ago)
    Person.objects.filter(pk=officer.pk).update(last_login=clock.now() - timedelta(days=days_ago))
    return Person.objects.get(pk=officer.pk)


def lacks(officer: Person) -> list[str]:
    return [lack.text for lack in standing.standing_of(officer).missing]


@pytest.mark.clause("AC-2/disabled")
def test_access_ends_when_90_days_are_over_and_not_before() -> None:
    ada = used(1)
    assert ada.last_login
    for moment, texts in (
        (ada.last_login + DAYS_90 - MOMENT, []),
        (ada.last_login + DAYS_90, ["Not used for 90 days"]),
    ):
        with clock.set_to(moment):
            assert [lack.text for lack in standing.standing_of(ada).missing if "90" in lack.text] == texts


@pytest.mark.clause("AC-2/disabled")
def test_access_that_was_never_used_lapses_from_its_approval() -> None:
    ada = person("ada")
    with clock.set_to(clock.now() - SINCE + DAYS_90 + MOMENT):
        assert "Not used for 90 days" in lacks(ada)


@pytest.mark.clause("AC-2/disabled")
def test_work_in_a_long_session_is_use() -> None:
    ada = used(100)
    assert lacks(ada) == ["Not used for 90 days"]
    client = signed_in(ada)
    Person.objects.filter(pk=ada.pk).update(last_login=clock.now() - timedelta(days=100))
    assert SignIn.objects.filter(person=ada).exists()
    assert client.get("/alerts/").status_code == 200


@pytest.mark.clause("AC-2/disabled")
def test_a_log_in_does_not_cure_it_and_puts_it_on_record(settings, recorded) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    carla = person("carla")
    ada = person("ada", password=PASSWORD, supervisor=carla)
    used(100)
    client = Client()
    client.post("/banner/")
    client.post("/login/", {"login": "ada", "password": PASSWORD})
    suspension = Suspension.objects.get()
    assert (suspension.kind, suspension.begun_by) == ("inactive", "system:hub")
    assert abs(suspension.begins - (clock.now() - timedelta(days=10))) < timedelta(minutes=1)
    assert recorded("access.interrupt").details["kind"] == "inactive"
    assert Notice.objects.get(to=carla).text.startswith("Ada Archuleta has not used")
    assert lacks(Person.objects.get(pk=ada.pk)) == ["Not used for 90 days"]
    assert signed_in(ada).get("/alerts/").status_code == 403


@pytest.mark.clause("AC-2/disabled")
def test_the_hub_notices_it_daily_once() -> None:
    ada, gloria = used(91), used(1, "gloria")
    assert actions.suspend_unused() == 1
    assert actions.suspend_unused() == 0
    assert lacks(ada) == ["Not used for 90 days"]
    assert lacks(gloria) == []


@pytest.mark.clause("AC-2/disabled", "6.b.i.7/lists")
def test_what_was_at_a_moment_stays_so_whatever_comes_later() -> None:
    """Before and after the record, restored, and the person is back."""
    ada, gloria = used(100), PersonActor.of(used(1, "gloria"))
    assert ada.last_login
    over = ada.last_login + DAYS_90
    moments = [over - MOMENT, over, over + timedelta(days=5)]
    before = [standing.standing_of(ada, at).authorized for at in moments]
    assert before == [True, False, False]
    suspension = actions.suspend_if_unused(ada)
    assert suspension
    assert [standing.standing_of(ada, at).authorized for at in moments] == before
    actions.restore_access(gloria, suspension, "Back from a posting.")
    assert lacks(ada) == []
    signed_in(ada)
    ada = Person.objects.get(pk=ada.pk)
    assert [standing.standing_of(ada, at).authorized for at in moments] == before
    with clock.set_to(clock.now() + DAYS_90 + MOMENT):
        assert "Not used for 90 days" in lacks(ada)


@pytest.mark.clause("AC-2/disabled")
def test_who_came_back_has_90_days_again() -> None:
    ada, gloria = used(200), PersonActor.of(used(1, "gloria"))
    suspension = actions.suspend_if_unused(ada)
    assert suspension
    actions.restore_access(gloria, suspension, "Back.")
    assert lacks(ada) == []
    assert actions.suspend_if_unused(ada) is None
    with clock.set_to(clock.now() + DAYS_90):
        assert "Not used for 90 days" in lacks(ada)
