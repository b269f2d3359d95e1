"""A change of policy or a security incident opens the duty to update and to retrain (6.d.iv, AT-2)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.access import standing
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in
from plateward.people.training.actions import courses, duties, records
from plateward.people.training.actions.changes import Change, open_duties
from plateward.people.training.models import Course, Duty, Material, RetrainingException
from plateward.people.training.views.due import urgent_rows

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")


@pytest.fixture(autouse=True)
def _people() -> None:
    for username in ("ada", "ben", "carla", "gloria"):
        person(username)


def opened(**given: Any) -> Duty:
    today = days.today()
    usual: dict[str, Any] = {
        "kind": Duty.Kind.POLICY,
        "title": "Section 6.h is new",
        "what": "Retention is 30 days.",
        "reference": "",
        "happened_on": today,
        "course": Course.objects.get(code="policy"),
        "owner": person("gloria"),
        "update_due": today,
        "retrain_due": today + timedelta(days=14),
        "roles": [Role.OFFICER],
        "people": [person("carla")],
    }
    return duties.open_duty(GLORIA, **usual | given)


def closed(reference: str, happened_on: date | None = None, **more: Any) -> Change:
    """A breach whose root cause is known."""
    day = happened_on or days.today()
    return Change(Duty.Kind.INCIDENT, reference, "A laptop was lost", "On I-25.", day, **more)


def retrain(username: str, day: date | None = None) -> None:
    course = Course.objects.get(code="policy")
    records.record_course(
        GLORIA, person(username), course, issuer="The academy", completed_on=day or days.today()
    )


def update() -> None:
    made = Material(course=Course.objects.get(code="policy"), title="Handbook")
    courses.release_version(GLORIA, made, "6.h is new.", "handbook.txt", b"Keep reads for 30 days.")


@pytest.mark.clause("6.d.iv/policy", "AT-2/incident")
def test_until_the_due_day_is_over_one_is_warned_and_then_refused(recorded: Callable[[str], Leaf]) -> None:
    duty = opened()
    assert recorded("training.duty").details["roles"] == ["officer"]
    page = signed_in(person("ada"))
    assert "Retake “ALPR policy (OPR:50)” by" in page.get("/alerts/").content.decode()
    over = days.start_of(duty.retrain_due + timedelta(days=1))
    for username in ("ada", "ben", "carla"):
        assert standing.standing_of(person(username), over - timedelta(seconds=1)).authorized
        (lack,) = standing.standing_of(person(username), over).missing
        assert (lack.clause, "Section 6.h is new" in lack.reason) == ("6.d.iv", True)
    assert standing.standing_of(person("gloria"), over).authorized
    retrain("ada")
    assert standing.standing_of(person("ada"), over).authorized
    assert {row.person.username for row in urgent_rows(Person.objects.all(), 14)} == {"ben", "carla"}
    assert not urgent_rows(Person.objects.all(), 13)
    assert "anew" not in page.get("/alerts/").content.decode()


@pytest.mark.clause("6.d.iv/incident")
def test_a_course_taken_or_entered_before_the_duty_opened_does_not_count_for_it() -> None:
    retrain("ada")  # this very day, and before
    duty = opened()
    retrain("ben", days.today() - timedelta(days=1))
    over = days.start_of(duty.retrain_due + timedelta(days=1))
    assert not standing.standing_of(person("ada"), over).authorized
    assert not standing.standing_of(person("ben"), over).authorized


@pytest.mark.clause("6.d.iv/incident")
def test_it_closes_when_the_material_is_new_and_everybody_retrained_or_excepted_with_a_reason() -> None:
    duty = opened()
    with pytest.raises(Refused, match="no new version"):
        duties.close_duty(GLORIA, duty)
    update()
    with pytest.raises(Refused, match="3 people have not been retrained or excepted"):
        duties.close_duty(GLORIA, duty)
    retrain("ada")
    retrain("ben")
    with pytest.raises(Refused, match="has no reason"):
        duties.except_person(GLORIA, duty, person("carla"), " ")
    with pytest.raises(Refused, match="does not concern this person"):
        duties.except_person(GLORIA, duty, person("gloria"), "Wrote it.")
    with pytest.raises(Refused, match="1 person has"):
        duties.close_duty(GLORIA, duty)
    duties.except_person(GLORIA, duty, person("carla"), "She wrote the section.")
    duties.close_duty(GLORIA, duty)
    with pytest.raises(Refused, match="already closed"):
        duties.close_duty(GLORIA, duty)
    assert standing.standing_of(person("carla"), clock.now() + timedelta(days=60)).authorized
    assert RetrainingException.objects.get().reason == "She wrote the section."


@pytest.mark.clause("6.d.iv/incident")
def test_who_comes_to_a_role_while_the_duty_is_open_is_concerned_too() -> None:
    duty = opened()
    person("dario", role=Role.OFFICER)
    assert "Dario Duran" in [str(row.person) for row in duties.people_concerned(duty)]


@pytest.mark.clause("AT-2/incident", "6.d.iv/incident")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": Duty.Kind.INCIDENT, "retrain_due": 31}, "within 30 days of the incident"),
        ({"retrain_due": 366}, "within a year"),
        ({"retrain_due": -1, "update_due": -1}, "before today"),
        ({"update_due": 15}, "updated after the retraining is due"),
        ({"happened_on": 1}, "not happened yet"),
    ],
)
def test_a_duty_that_is_not_due_in_time_is_not_opened(given: dict[str, Any], message: str) -> None:
    today = days.today()
    moved = {
        name: today + timedelta(days=value) if isinstance(value, int) else value
        for name, value in given.items()
    }
    with pytest.raises(Refused, match=message):
        opened(**moved)
    assert not Duty.objects.exists()


@pytest.mark.clause("AT-2/incident")
def test_an_incident_found_late_leaves_its_last_day() -> None:
    today = days.today()
    ago = today - timedelta(days=45)
    with pytest.raises(Refused, match="within 30 days of the incident"):
        opened(kind=Duty.Kind.INCIDENT, happened_on=ago, retrain_due=today + timedelta(days=1))
    opened(kind=Duty.Kind.INCIDENT, happened_on=ago, retrain_due=today)
    assert standing.standing_of(person("ada")).authorized


@pytest.mark.clause("6.d.iv/incident", "AT-2/incident")
def test_a_closed_breach_opens_the_duty_for_those_involved() -> None:
    happened = days.today() - timedelta(days=10)
    breach = closed("B-2026-3", happened, people=(person("ada"), person("ben")))
    open_duties(GLORIA, breach)
    duty = Duty.objects.get()
    assert (duty.course.code, duty.owner, duty.reference) == ("cjis", person("gloria"), "B-2026-3")
    assert duty.retrain_due == duty.update_due == happened + timedelta(days=30)
    assert [str(row.person) for row in duties.people_concerned(duty)] == ["Ada Archuleta", "Ben Begay"]
    assert "Update the material" in signed_in(person("gloria")).get("/training/").content.decode()
    with pytest.raises(Refused, match="“CJIS security awareness” is already open for B-2026-3"):
        open_duties(GLORIA, breach)


@pytest.mark.clause("6.d.iv/incident")
def test_who_closes_a_breach_says_which_courses_are_taken_anew() -> None:
    open_duties(GLORIA, closed("B-2026-4", courses=("policy", "equipment"), people=(person("ada"),)))
    assert {duty.course.code for duty in Duty.objects.filter(reference="B-2026-4")} == {"policy", "equipment"}
    page = signed_in(person("ada")).get("/access/mine/").content.decode()
    for course in ("ALPR policy (OPR:50)", "ALPR equipment"):
        assert f"Retake “{course}” by" in page


@pytest.mark.clause("6.d.iv/incident")
@pytest.mark.parametrize(
    ("named", "says"), [((), "No course is selected"), (("cjis", "piloting"), "no course “piloting”")]
)
def test_a_breach_that_names_no_course_that_is_there_opens_nothing(named: tuple[str, ...], says: str) -> None:
    with pytest.raises(Refused, match=says):
        open_duties(GLORIA, closed("B-2026-5", courses=named, people=(person("ada"),)))
    assert not Duty.objects.exists()


@pytest.mark.both_databases
@pytest.mark.clause("6.d.iv/policy")
def test_the_pages_open_except_hand_over_and_close() -> None:
    gloria, today, carla = signed_in(person("gloria")), str(days.today()), person("carla").pk
    form = {
        "kind": "policy", "title": "6.h is new", "what": "Retention.", "happened_on": today, "owner": "gloria",
        "course": str(Course.objects.get(code="policy").pk), "update_due": today, "retrain_due": today,
    }  # fmt: skip
    nobody = gloria.post("/training/duties/add/", form)
    assert "choose roles or people" in nobody.content.decode()
    wrong = gloria.post("/training/duties/add/", form | {"people": [carla], "owner": "ada"})
    assert "the owner is an ALPR administrator" in wrong.content.decode()
    late = gloria.post("/training/duties/add/", form | {"people": [carla], "retrain_due": "2026-01-01"})
    assert late.status_code == 409
    done = gloria.post("/training/duties/add/", form | {"people": [carla]}, follow=True)
    assert "Carla Chavez" in done.content.decode()
    duty = Duty.objects.get()
    early = gloria.post(f"/training/duties/{duty.pk}/close/", follow=True)
    assert "no new version" in early.content.decode()
    gloria.post(f"/training/duties/{duty.pk}/except/", {"person": "carla", "reason": "She wrote it."})
    gloria.post(f"/training/duties/{duty.pk}/owner/", {"owner": "gloria"})
    update()
    closed = gloria.post(f"/training/duties/{duty.pk}/close/", follow=True)
    assert "The duty is closed" in closed.content.decode()
    assert Duty.objects.get().closed_by == "person:gloria"
