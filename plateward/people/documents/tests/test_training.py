"""A changed protocol opens the duty to update training and to retrain; each kind that the policy asks for is due."""

from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.access import standing
from plateward.people.documents.tests.written import approved, form, submitted
from plateward.people.models import Unit
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in
from plateward.people.training.actions.duties import people_concerned
from plateward.people.training.models import Duty

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.d.iv/policy")
def test_a_changed_protocol_opens_the_duty_to_retrain_whom_it_binds_and_then_access_stops() -> None:
    ada, dario = person("ada"), person("dario")
    first = approved(roles=["officer"])
    assert not Duty.objects.exists()  # a first version says that nothing is taught anew
    second = approved(first.protocol, roles=["officer"], courses=["policy", "equipment"], summary="Losses.")
    one, other = Duty.objects.order_by("course__code")
    assert [one.course.code, other.course.code] == ["equipment", "policy"]
    assert (one.kind, one.title, one.what) == ("policy", str(second), "Losses.")
    assert one.reference == f"Protocol {second.protocol_id}, version 2"
    assert one.owner == person("gloria")
    assert one.retrain_due == days.today() + timedelta(days=90)
    assert [row.person for row in people_concerned(one)] == [ada]
    with clock.set_to(days.end_of(one.retrain_due)):
        assert "6.d.iv" in {lack.clause for lack in standing.standing_of(ada).missing}
        assert "6.d.iv" not in {lack.clause for lack in standing.standing_of(dario).missing}


@pytest.mark.clause("6.d.iv/policy")
@pytest.mark.parametrize(("within", "days_left"), [(10, 15), (365, 365)])
def test_the_days_to_retrain_begin_when_it_takes_effect_and_end_within_a_year(
    within: int, days_left: int
) -> None:
    person("ada")
    effective_on = days.today() + timedelta(days=5)
    approved(courses=["policy"], effective_on=effective_on, retrain_within=within)
    assert Duty.objects.get().retrain_due == days.today() + timedelta(days=days_left)


@pytest.mark.clause("6.d.iv/policy")
def test_a_protocol_of_a_unit_retrains_its_people() -> None:
    ada, _ben = person("ada"), person("ben", unit=Unit.objects.create(name="Unit 14"))
    approved(courses=["policy"], units=[str(ada.unit_id)], roles=[Role.OFFICER.value])
    assert [row.person for row in people_concerned(Duty.objects.get())] == [ada]


@pytest.mark.clause("6.d.iv/policy")
def test_a_change_that_names_no_training_is_refused_and_the_page_names_the_field() -> None:
    first = approved()
    with pytest.raises(Refused, match="no course to update is chosen"):
        submitted(first.protocol, courses=[])
    gloria = signed_in(person("gloria"))
    where = f"/protocols/{first.protocol_id}/revise/"
    given = form(submit="yes", title=first.title)
    answer = gloria.post(where, given)
    assert answer.status_code == 409
    assert "no course to update is chosen" in answer.content.decode()
    assert first.protocol.versions.count() == 1
    assert gloria.post(where, given | {"courses": ["piloting"]}).status_code == 422
    assert gloria.post(where, given | {"courses": ["policy"], "retrain_within": "366"}).status_code == 422
    page = gloria.post(where, given | {"courses": ["policy"], "retrain_within": "30"}, follow=True).content
    assert "policy, within 30 days of taking effect" in page.decode()


@pytest.mark.clause("6.d.iv/policy")
def test_nothing_is_approved_that_nobody_could_teach() -> None:
    with pytest.raises(Refused, match="There is no course “piloting”"):
        approved(courses=["piloting"])
    assert not Duty.objects.exists()


@pytest.mark.clause("6.b.i.1/due", "6.b.i.2/protocol", "6.b.i.3/protocol")
def test_a_kind_that_the_policy_asks_for_waits_for_the_administrator_until_it_is_in_force() -> None:
    gloria = signed_in(person("gloria"))
    for title, kind in (("A", "access"), ("B", "collection"), ("C", "storage")):
        approved(title=title, kind=kind)
    missing = "Required and not in force: preservation (6.b.i.2), monitoring (6.b.i.3)"
    assert missing in strip_tags(gloria.get("/protocols/all/").content.decode())
    assert "Protocols that the policy requires, not in force" in gloria.get("/").content.decode()
    approved(title="D", kind="preservation")
    approved(title="E", kind="monitoring", effective_on=days.today() + timedelta(days=1))
    assert "not in force: monitoring (6.b.i.3)" in strip_tags(gloria.get("/protocols/all/").content.decode())
    with clock.set_to(days.end_of(days.today())):
        gloria = signed_in(person("gloria"))
        assert "not in force" not in gloria.get("/protocols/all/").content.decode()
        assert "Protocols that the policy requires" not in gloria.get("/").content.decode()
