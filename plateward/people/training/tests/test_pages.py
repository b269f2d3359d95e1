"""Warnings, lists and their reach: supervisors see their own people, administrators everybody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.people import days
from plateward.people.access import fact_query, standing
from plateward.people.models import Person
from plateward.people.testing import CAST, person, signed_in, untrain
from plateward.people.training.models import Course, Record
from plateward.people.training.views import due
from plateward.people.training.views.notices import training_notices

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)


def lapsing(username: str, left: int) -> Person:
    """A person with this many days of CJIS training left, not counting today."""
    who = person(username)
    untrain(who, "cjis")
    on = days.today() - timedelta(days=365 - left)
    Record.objects.create(
        person=who,
        course=Course.objects.get(code="cjis"),
        issuer="DPS",
        completed_on=on,
        score=80,
        recorded_by="system:test",
    )
    return who


@pytest.mark.clause("6.d.ii/warned", "AT-2/yearly")
@pytest.mark.parametrize(
    ("left", "says", "urgent"),
    [
        (60, None, None),  # it lapses at the end of that day
        (59, "in 59 days", False),
        (30, "in 30 days", False),
        (8, "in 8 days", False),
        (7, "in 7 days", True),
        (1, "tomorrow", True),
        (0, "today", True),
    ],
)
def test_one_is_warned_60_30_and_7_days_before_a_training_lapses(
    left: int, says: str | None, urgent: bool
) -> None:
    with clock.set_to(NOW):
        ada = lapsing("ada", left)
        notices = training_notices(ada, standing.standing_of(ada).facts)
        assert [says in notice.text for notice in notices if says] == [True] * bool(says)
        assert [notice.urgent for notice in notices] == ([urgent] if says else [])
        assert standing.standing_of(ada).authorized


@pytest.mark.clause("6.d.ii/yearly", "6.d.ii/warned")
def test_the_warning_is_on_every_page_and_on_my_access_and_access_stops_when_it_lapsed() -> None:
    ada = lapsing("ada", 3)
    page = signed_in(ada)
    for path in ("/alerts/", "/hotlists/", "/access/mine/"):
        assert "CJIS security awareness” lapses in 3 days" in page.get(path).content.decode()
    untrain(ada, "cjis")
    Record.objects.create(
        person=ada, course=Course.objects.get(code="cjis"), issuer="DPS",
        completed_on=days.today() - timedelta(days=366), score=80, recorded_by="system:test",
    )  # fmt: skip
    answer = page.get("/alerts/")
    assert answer.status_code == 403
    assert "lapsed at the end of" in answer.content.decode()


@pytest.fixture
def unit() -> Client:
    """Carla's browser: she leads Ada; Ben has another supervisor."""
    carla = person("carla")
    person("gloria")
    lapsing("ada", 20)
    lapsing("ben", 5)
    Person.objects.filter(username="ada").update(supervisor=carla)
    return signed_in(carla)


@pytest.mark.clause("6.b.i.8/scope", "6.d.ii/warned")
def test_a_supervisor_sees_her_own_people_and_an_administrator_everybody(unit: Client) -> None:
    page = unit.get("/training/").content.decode()
    assert ("Ada Archuleta" in page, "Ben Begay" in page) == (True, False)
    assert unit.get("/training/people/ada/").status_code == 200
    assert unit.get("/training/people/ben/").status_code == 404
    page = signed_in(person("gloria")).get("/training/").content.decode()
    assert page.index("Ben Begay") < page.index("Ada Archuleta")
    for username in ("hector", "marco"):
        assert "Ben Begay" in signed_in(person(username)).get("/training/").content.decode()


@pytest.mark.clause("6.d.ii/warned")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=7", {"Ben Begay"}),
        ("state=30", {"Ada Archuleta", "Ben Begay"}),
        ("state=lapsed", {"Jack Jaramillo"}),
        ("state=all&course=policy&who=ada", {"Ada Archuleta"}),
        ("who=badge-ben", {"Ben Begay"}),
        ("course=ncic", set()),
        ("state=nonsense&course=none", {"Ada Archuleta", "Ben Begay", "Jack Jaramillo"}),
    ],
)
def test_the_list_is_filtered_by_state_course_and_person(unit: Client, query: str, names: set[str]) -> None:
    person("jack")
    page = signed_in(person("gloria")).get(f"/training/?{query}").content.decode()
    main = page[page.index("<main") :]
    assert {name for _, (name, *_) in CAST.items() if name in main} == names


def test_it_counts_what_is_due_by_state() -> None:
    person("jack")
    lapsing("ada", 20)
    rows = due.due_rows(Person.objects.all())
    assert due.count_by_state(rows) == {"lapsed": 1, "7": 0, "30": 1, "60": 1}


@pytest.mark.clause("6.d.ii/warned", "AT-2/yearly")
def test_what_is_urgent_is_the_same_and_found_among_those_alone_who_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with clock.set_to(NOW):
        for username in CAST:
            person(username)
        for username, left in (("ada", 7), ("ben", 8), ("dario", 0), ("elena", -1)):
            lapsing(username, left)
        untrain(person("frank"), "cjis")
        everybody, looked_at, read = Person.objects.all(), set[int](), fact_query.read_facts

        def note(keys: list[int], at: datetime) -> Any:
            looked_at.update(keys)
            return read(keys, at)

        with monkeypatch.context() as noted:
            noted.setattr(fact_query, "read_facts", note)
            urgent = due.urgent_rows(everybody, 7)
        assert urgent == [row for row in due.due_rows(everybody) if row.left <= 7]
    named = {row.person for row in urgent}
    assert {who.username for who in named} == {"ada", "dario", "elena", "frank", "jack"}
    assert looked_at == {who.pk for who in named}


@pytest.mark.clause("6.b.i.4/records", "AT-4/kept")
def test_the_administrator_records_and_withdraws_on_pages() -> None:
    jack, gloria = person("jack"), signed_in(person("gloria"))
    cjis = Course.objects.get(code="cjis")
    form = {
        "people": [jack.pk],
        "courses": [str(cjis.pk)],
        "completed_on": str(days.today()),
        "issuer": "DPS",
    }
    future = gloria.post(
        "/training/records/add/", form | {"completed_on": str(days.today() + timedelta(days=1))}
    )
    assert (future.status_code, "in the future" in future.content.decode()) == (409, True)
    gloria.post("/training/records/add/", form | {"score": "97.5"})
    made = jack.training.get(course=cjis)
    assert standing.standing_of(jack).authorized
    gloria.post(f"/training/records/{made.pk}/withdraw/", {"reason": "It was Ben's."})
    assert not standing.standing_of(jack).authorized
    assert "It was Ben&#x27;s." in gloria.get("/training/people/jack/").content.decode()
    again = gloria.post(f"/training/records/{made.pk}/withdraw/", {"reason": "Once more."})
    assert again.status_code == 409


@pytest.mark.clause("6.b.i.4/records", "6.d.i/before")
def test_a_class_of_people_has_its_courses_recorded_on_one_form_each_by_its_own_entry() -> None:
    jack, ben, gloria = person("jack"), person("ben"), signed_in(person("gloria"))
    courses = [Course.objects.get(code=code) for code in ("equipment", "policy")]
    form = {
        "people": [jack.pk, ben.pk],
        "courses": [str(course.pk) for course in courses],
        "completed_on": str(days.today()),
        "issuer": "DPS",
    }
    assert (
        "record it alone"
        in gloria.post("/training/records/add/", form | {"score": "97"}).content.decode().lower()
    )
    Record.objects.create(
        person=ben, course=courses[0], completed_on=days.today(), issuer="DPS", recorded_by="person:gloria"
    )
    answer = gloria.post("/training/records/add/", form)
    page = answer.content.decode()
    assert (answer.status_code, "Not recorded: 1" in page) == (409, True)
    assert f"<strong>Ben Begay, {courses[0]}</strong>: " in page
    assert jack.training.filter(completed_on=days.today()).count() == 2
    assert ben.training.filter(completed_on=days.today()).count() == 2
    logged = AuditEntry.objects.filter(event="training.record").values_list("object", "outcome")
    assert sorted(logged) == [
        *[("person:ben", "done"), ("person:ben", "refused")],
        *[("person:jack", "done"), ("person:jack", "done")],
    ]


@pytest.mark.clause("5.d/exam", "5.d/cjis", "6.d.ii/yearly")
def test_an_exam_is_recorded_with_its_result_and_one_that_is_not_passed_does_not_count() -> None:
    jack, gloria = person("jack"), signed_in(person("gloria"))
    form = {
        "people": [jack.pk],
        "courses": [str(Course.objects.get(code="cjis").pk)],
        "completed_on": str(days.today()),
        "issuer": "DPS",
    }
    page = gloria.post("/training/records/add/", form).content.decode()
    assert "passed at 70 percent, and the record has no result" in page
    assert not jack.training.filter(course__code="cjis").exists()
    page = gloria.post("/training/records/add/", form | {"score": "69.99"}, follow=True).content.decode()
    assert "CJIS security awareness needs 70 percent: this record of Jack Jaramillo does not count" in page
    assert page.count("Not passed") == 2  # the course, and the record
    own = signed_in(jack).get("/access/mine/").content.decode()
    assert "CJIS security awareness” has no passing result: its exam needs 70 percent" in own
    jack.training.filter(course__code="cjis").update(
        withdrawn_at=clock.now(), withdrawn_by="system:test", withdrawn_reason="Mistyped."
    )
    gloria.post("/training/records/add/", form | {"score": "70"})
    assert standing.standing_of(jack).authorized


@pytest.mark.clause("6.b.i.4/data")
def test_a_course_is_made_with_its_validity_and_described_without_it() -> None:
    gloria = signed_in(person("gloria"))
    gloria.post("/training/courses/add/", {"code": "Drones", "name": "Drones", "valid_days": "365"})
    gloria.post("/training/course/drones/edit/", {"name": "Drones, new", "valid_days": "1"})
    made = Course.objects.get(code="drones")
    assert (made.name, made.valid_days) == ("Drones, new", 365)
    twice = gloria.post("/training/courses/add/", {"code": "DRONES", "name": "Drones"})
    assert (twice.status_code, "Another course has this code" in twice.content.decode()) == (422, True)
    for path in ("/training/courses/", "/training/course/drones/", "/training/course/cjis/"):
        assert gloria.get(path).status_code == 200
