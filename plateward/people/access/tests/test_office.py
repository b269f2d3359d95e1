"""The office of ALPR administrator: held by the Chief's designation, and never left empty."""

from datetime import timedelta

import pytest

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.people.access import actions, standing
from plateward.people.access.models import Access, Designation
from plateward.people.access.rules import may_leave_office
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import person, untrain
from plateward.policy.decision import Allow, Refused

pytestmark = pytest.mark.django_db


def acting(username: str) -> Who:
    who = person(username)
    return Who("person", who.username, who.full_name)


def second_administrator() -> Person:
    frank = person("frank", role=Role.ADMINISTRATOR)
    Designation.objects.get_or_create(
        person=frank,
        office=Designation.Office.ADMINISTRATOR,
        defaults={
            "document": "Order 2026-2",
            "made_by": "person:hector",
            "begins": frank.created - timedelta(days=1),
        },
    )
    return frank


@pytest.mark.clause("6.b.i")
@pytest.mark.parametrize(
    ("before", "after", "stands"), [(1, 1, True), (2, 1, True), (1, 0, False), (0, 0, True)]
)
def test_a_change_stands_that_leaves_an_administrator_or_had_none(
    before: int, after: int, stands: bool
) -> None:
    assert isinstance(may_leave_office(before, after), Allow) == stands


@pytest.mark.clause("6.b.i")
def test_whatever_would_take_the_last_administrator_away_is_undone() -> None:
    gloria = person("gloria")
    with (
        pytest.raises(Refused, match="without an authorised"),
        act(acting("gloria"), Event.ACCESS_END, "person:gloria"),
        standing.keeps_an_administrator(),
    ):
        Access.objects.filter(person=gloria).update(ends=clock.now())
    assert standing.administrators() == [gloria]


@pytest.mark.clause("6.b.i", "5.e")
def test_an_administrator_whose_training_is_missing_is_none_to_leave_the_office_to() -> None:
    person("gloria")
    frank = second_administrator()
    assert len(standing.administrators()) == 2
    untrain(frank, "administration")
    assert [str(one) for one in standing.administrators()] == ["Gloria Gallegos"]


@pytest.mark.clause("6.b.i")
def test_the_last_administrator_is_not_transferred_away_and_one_of_two_is() -> None:
    gloria = person("gloria")
    hector = acting("hector")
    asked = actions.request(acting("carla"), gloria, actions.Wanted(Role.AUDITOR, "Audits."))
    with pytest.raises(Refused, match="without an authorised"):
        actions.approve(hector, asked)
    gloria.refresh_from_db()
    assert gloria.role == Role.ADMINISTRATOR
    second_administrator()
    actions.approve(hector, asked)
    gloria.refresh_from_db()
    assert gloria.role == Role.AUDITOR


@pytest.mark.clause("6.b.i", "AC-2")
def test_the_administrators_role_is_approved_only_where_the_chiefs_designation_is_in_force() -> None:
    ada, hector = person("ada"), acting("hector")
    asked = actions.request(acting("gloria"), ada, actions.Wanted(Role.ADMINISTRATOR, "Succeeds Gloria."))
    with pytest.raises(Refused, match="no designation as ALPR administrator"):
        actions.approve(hector, asked)
    now = clock.now()
    order = Designation.objects.create(
        person=ada,
        office="administrator",
        document="Order 2026-3",
        made_by="person:hector",
        begins=now + timedelta(days=1),
    )
    with pytest.raises(Refused, match="no designation"):
        actions.approve(hector, asked)
    Designation.objects.filter(pk=order.pk).update(begins=now)
    actions.approve(hector, asked)


@pytest.mark.clause("6.b.i", "5.e")
def test_an_office_ends_with_its_order() -> None:
    for username in ("gloria", "hector"):
        who = person(username)
        Designation.objects.filter(person=who).update(ends=clock.now() + timedelta(hours=1))
        assert standing.of(who).authorised
        with clock.at(clock.now() + timedelta(hours=1)):
            assert [one.clause for one in standing.of(who).missing] == ["6.b.i"]
