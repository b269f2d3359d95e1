"""Requirements are data: a preview of whom they lock out, then applied to everybody at once."""

from collections.abc import Callable, Collection
from datetime import date, timedelta

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.access import standing
from plateward.people.permissions import Role
from plateward.people.testing import CAST, person, signed_in, untrain
from plateward.people.training.actions import requirements
from plateward.people.training.models import Course

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")


@pytest.fixture(autouse=True)
def _cast() -> None:
    for username in CAST:
        person(username)


def course(code: str = "cjis") -> Course:
    return Course.objects.get(code=code)


def apply(
    what: Course,
    roles: Collection[Role],
    valid_days: int | None,
    agreed_with: str = "Lt. Otero",
    agreed_on: date | None = None,
    pass_mark: int | None = None,
) -> requirements.RequirementPreview:
    mark = what.pass_mark if pass_mark is None else pass_mark
    seen = requirements.preview_requirements(what, roles, valid_days, mark)
    return requirements.apply_requirements(
        GLORIA, what, roles, valid_days, mark,
        agreed_with=agreed_with, agreed_on=agreed_on or days.today(), seen=seen.fingerprint,
    )  # fmt: skip


@pytest.mark.clause("6.b.i.4/data", "6.b.i.4/bureau", "5.d/training", "5.d/says", "AT-3/roles")
def test_a_new_requirement_shows_whom_it_locks_out_and_does_so_at_once(
    recorded: Callable[[str], Leaf],
) -> None:
    drones = Course.objects.create(code="drones", name="Drones", clause="6.b.i.4")
    ada = signed_in(person("ada"))
    seen = requirements.preview_requirements(drones, [Role.OFFICER, Role.INSPECTOR], 365)
    assert [str(row.person) for row in seen.locked_out] == ["Ada Archuleta", "Ben Begay", "Dario Duran"]
    assert seen.per_role == [("Officer or agent", 2), ("Transportation Inspector", 1)]
    assert ada.get("/alerts/").status_code == 200
    apply(drones, [Role.OFFICER, Role.INSPECTOR], 365)
    answer = ada.get("/alerts/")
    assert answer.status_code == 403
    assert b"Drones" in answer.content
    entry = recorded("training.require")
    assert (entry.details["locked_out"], entry.details["agreed_with"]) == (3, "Lt. Otero")


@pytest.mark.clause("6.b.i.4/data", "6.b.i.4/bureau", "6.d.i/before")
def test_an_ended_requirement_lets_in_and_is_kept_with_its_agreement() -> None:
    roles = [role for role in Role if role is not Role.OFFICER]
    seen = apply(course(), roles, 365)
    assert (seen.end, seen.let_in, seen.locked_out) == ((Role.OFFICER,), 1, ())
    assert standing.standing_of(person("jack")).authorized
    ended = course().requirements.exclude(ends=None).get()
    assert (ended.role, ended.ended_by, ended.end_agreed_with) == ("officer", "person:gloria", "Lt. Otero")
    assert not standing.standing_of(person("jack"), clock.now() - timedelta(days=1)).authorized


@pytest.mark.clause("6.d.i/before")
def test_a_role_that_needs_no_course_at_all_is_locked_out() -> None:
    for code in ("policy", "equipment", "ncic"):
        apply(course(code), [role for role in Role if role is not Role.RECORDS], course(code).valid_days)
    seen = requirements.preview_requirements(
        course(), [role for role in Role if role is not Role.RECORDS], 365, course().pass_mark
    )
    assert [(str(row.person), row.lack.text) for row in seen.locked_out] == [
        ("Iris Ilfeld", "No training set for the role")
    ]


@pytest.mark.clause("6.b.i.4/data", "6.d.ii/yearly")
def test_another_validity_is_looked_at_likewise_and_counts_for_old_records_from_now_on() -> None:
    person("gloria").training.create(
        course=course(), issuer="A", completed_on=days.today(), score=90, recorded_by="system:test"
    )
    before = clock.now()
    seen = apply(course(), list(Role), 20)  # the cast took it 30 days ago
    assert "Ada Archuleta" in [str(row.person) for row in seen.locked_out]
    assert not standing.standing_of(person("ada")).authorized
    assert standing.standing_of(person("gloria")).authorized
    assert standing.standing_of(person("ada"), before).authorized
    assert course().valid_days == 20
    assert apply(course(), list(Role), 365).let_in == len(seen.locked_out)


@pytest.mark.clause("6.d.ii/yearly", "AT-2/yearly")
@pytest.mark.parametrize("code", ["cjis", "cjis-basic", "cjis-privileged", "cjis-security", "advanced-cjis"])
@pytest.mark.parametrize("longer", [366, None])
def test_cjis_training_is_due_every_year_at_the_latest_whatever_is_agreed(
    code: str, longer: int | None
) -> None:
    with pytest.raises(Refused, match="CJIS training is due every year") as refused:
        apply(course(code), [Role.OFFICER], longer)
    assert (refused.value.refusal.clause, refused.value.refusal.field) == ("6.d.ii", "valid_days")
    assert course(code).valid_days == 365
    apply(course("ncic"), list(Role), longer)  # another course's validity is the bureau's and the agency's


@pytest.mark.clause("6.b.i/designation", "6.b.i.4/data")
def test_the_last_authorized_administrator_is_not_locked_out() -> None:
    drones = Course.objects.create(code="drones", name="Drones")
    seen = requirements.preview_requirements(drones, [Role.ADMINISTRATOR], None)
    assert "without an authorized ALPR administrator" in str(seen.stands)
    with pytest.raises(Refused, match="without an authorized ALPR administrator"):
        apply(drones, [Role.ADMINISTRATOR], None)
    assert standing.standing_of(person("gloria")).authorized
    with pytest.raises(Refused, match="without an authorized ALPR administrator"):
        apply(course(), list(Role), 20)
    assert course().valid_days == 365


@pytest.mark.clause("6.b.i.4/bureau")
@pytest.mark.parametrize(
    ("agreed_with", "agreed_in", "message"),
    [(" ", 0, "Bureau contact is missing"), ("Lt. Otero", 1, "in the future")],
)
def test_it_is_agreed_with_somebody_of_the_bureau_on_a_day_that_has_come(
    agreed_with: str, agreed_in: int, message: str
) -> None:
    with pytest.raises(Refused, match=message):
        apply(course(), [Role.OFFICER], 365, agreed_with, days.today() + timedelta(days=agreed_in))


@pytest.mark.clause("6.b.i.4/data")
def test_what_has_changed_since_it_was_looked_at_is_looked_at_again() -> None:
    drones = Course.objects.create(code="drones", name="Drones")
    seen = requirements.preview_requirements(drones, [Role.OFFICER], None)
    untrain(person("ben"), "ncic")
    with pytest.raises(Refused, match="changed after you opened"):
        requirements.apply_requirements(
            GLORIA, drones, [Role.OFFICER], None,
            agreed_with="Lt. Otero", agreed_on=days.today(), seen=seen.fingerprint,
        )  # fmt: skip
    with pytest.raises(Refused, match="Nothing would change"):
        apply(course(), list(Role), 365)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.4/data")
def test_the_page_asks_first_and_applies_what_was_shown() -> None:
    gloria = signed_in(person("gloria"))
    Course.objects.create(code="drones", name="Drones")
    form = {
        "roles": ["officer"],
        "valid_days": "365",
        "agreed_with": "Lt. Otero",
        "agreed_on": str(days.today()),
    }
    response = gloria.post("/training/course/drones/requirements/", form)
    assert [name in response.content.decode() for name in ("Ada Archuleta", "Ben Begay", "Gloria G")] == [
        True,
        True,
        True,
    ]
    assert not course("drones").requirements.exists()
    seen = requirements.preview_requirements(course("drones"), [Role.OFFICER], 365)
    stale = gloria.post("/training/course/drones/requirements/", form | {"apply": "yes", "seen": "0"})
    assert stale.status_code == 409
    done = gloria.post(
        "/training/course/drones/requirements/",
        form | {"apply": "yes", "seen": seen.fingerprint},
        follow=True,
    )
    assert "2 people are locked out until trained" in done.content.decode()
    assert [requirement.role for requirement in course("drones").requirements.all()] == ["officer"]


@pytest.mark.clause("5.d/exam", "5.d/cjis", "5.e/training", "6.b.i.4/data")
def test_a_higher_pass_mark_is_looked_at_likewise_and_counts_for_old_records_from_now_on() -> None:
    person("gloria").training.create(
        course=course(), issuer="A", completed_on=days.today(), score=96, recorded_by="system:test"
    )
    before = clock.now()
    seen = apply(course(), list(Role), 365, pass_mark=85)  # the cast has 80
    assert "Ada Archuleta" in [str(row.person) for row in seen.locked_out]
    (lack,) = standing.standing_of(person("ada")).missing
    assert lack.text == "CJIS security awareness has no passing result: its exam needs 85 percent"
    assert standing.standing_of(person("gloria")).authorized
    assert standing.standing_of(person("ada"), before).authorized
    assert apply(course(), list(Role), 365, pass_mark=70).let_in == len(seen.locked_out)


@pytest.mark.clause("6.b.i.4/data")
@pytest.mark.parametrize("mark", [0, 101])
def test_a_pass_mark_that_nobody_could_miss_or_reach_is_refused(mark: int) -> None:
    with pytest.raises(Refused, match="cannot be reached"):
        apply(course(), list(Role), 365, pass_mark=mark)
    assert course().pass_mark == 70
    sent = {"roles": ["officer"], "pass_mark": str(mark), "agreed_with": "A", "agreed_on": str(days.today())}
    answer = signed_in(person("gloria")).post("/training/course/cjis/requirements/", sent)
    assert answer.status_code == 422
