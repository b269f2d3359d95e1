"""The pages on which access is suspended and restored."""

from datetime import timedelta

import pytest

from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.models import Suspension
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.clause("AC-2/disabled")
def test_a_high_risk_is_switched_off_and_released_on_its_page() -> None:
    ada = person("ada", supervisor=person("carla"))
    carla = signed_in(person("carla"))
    page = carla.get("/access/of/ada/").content.decode()
    assert "Suspend access now" in page
    assert "Separate from agency" not in page  # an administrator's act
    answer = carla.post("/access/of/ada/switch-off/", {"reason": "Lost the terminal."}, follow=True)
    assert "Ada Archuleta is suspended." in answer.content.decode()
    suspension = Suspension.objects.get()
    assert carla.get(f"/access/suspensions/{suspension.pk}/restore/").status_code == 403
    gloria = signed_in(person("gloria"))
    assert (
        "Lost the terminal." in gloria.get(f"/access/suspensions/{suspension.pk}/restore/").content.decode()
    )
    gloria.post(f"/access/suspensions/{suspension.pk}/restore/", {"reason": "Found."})
    assert standing.standing_of(ada).authorized


@pytest.mark.clause("AC-2/disabled")
def test_what_is_refused_says_why_and_keeps_what_was_typed() -> None:
    person("ada")
    gloria, today = signed_in(person("gloria")), days.today()
    given = {"first": today + timedelta(days=3), "last": today, "reason": "Fishing, as every year."}
    answer = gloria.post("/access/of/ada/leave/", given)
    assert answer.status_code == 409
    assert b"would end before it begins" in answer.content
    assert b"Fishing, as every year." in answer.content
    answer = gloria.post("/access/of/ada/leave/", given | {"first": "yesterday", "reason": ""})
    assert answer.status_code == 422
    assert answer.content.count(b"usa-error-message") == 2
    assert not Suspension.objects.exists()


@pytest.mark.clause("AC-2/disabled")
def test_a_leave_to_come_is_shown_and_taken_back() -> None:
    person("ada")
    gloria, today = signed_in(person("gloria")), days.today()
    given = {"first": today + timedelta(days=3), "last": today + timedelta(days=9), "reason": "Leave."}
    page = gloria.post("/access/of/ada/leave/", given, follow=True).content.decode()
    assert "To come" in page
    suspension = Suspension.objects.get()
    answer = gloria.post(f"/access/suspensions/{suspension.pk}/restore/", {"reason": "Not now."}, follow=True)
    assert "Canceled" in answer.content.decode()


def test_a_person_who_is_not_there_is_no_page() -> None:
    gloria = signed_in(person("gloria"))
    for page in ("", "leave/", "terminate/", "switch-off/"):
        assert gloria.get(f"/access/of/nobody/{page}").status_code == 404


@pytest.mark.clause("6.b.i.8/scope", "6.c.ii/people")
def test_a_supervisor_sees_nobody_elses_people() -> None:
    person("dario")
    assert signed_in(person("carla")).get("/access/of/dario/").status_code == 404
