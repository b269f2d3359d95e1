"""Roles are for employees: checked when one is asked for and approved, and its end ends the role at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.access import actions, standing
from plateward.people.access.correcting import edit_person
from plateward.people.access.models import Access, Suspension
from plateward.people.access.suspensions.actions import end_employments
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.clause("6.c.i.3/employed", "6.c.i.4/employed", "6.c.i.5/employed", "5.d/account", "5.e/training")
@pytest.mark.parametrize(
    ("role", "clause"),
    [
        (Role.IT_SUPPORT, "6.c.i.3"),
        (Role.COMMUNICATIONS, "6.c.i.4"),
        (Role.INSPECTOR, "6.c.i.5"),
        (Role.RECORDS, "5.d"),
    ],
)
def test_a_contractor_gets_no_role_of_employees_neither_asked_for_nor_approved(
    recorded: Callable[[str], Leaf], role: Role, clause: str
) -> None:
    carl = Person.objects.create(username="carl", full_name="Carl Contractor", badge="C-1")
    wanted = actions.RequestedAccess(role, "Mends the servers.")
    with pytest.raises(Refused, match="no employment is on record for Carl Contractor") as refused:
        actions.request_access(acting("gloria"), carl, wanted)
    assert refused.value.refusal.clause == recorded("access.request").clause == clause
    Person.objects.filter(pk=carl.pk).update(employed_since=days.today())
    carl.refresh_from_db()
    access = actions.request_access(acting("gloria"), carl, wanted)
    Person.objects.filter(pk=carl.pk).update(employed_since=None)
    with pytest.raises(Refused, match="no employment is on record"):
        actions.approve_request(acting("hector"), Access.objects.get(pk=access.pk))
    outside = actions.RequestedAccess(Role.OUTSIDE, "Of a company.")
    Access.objects.filter(person=carl).update(decision="denied")
    with pytest.raises(Refused, match="No agency with the ORI") as refused:
        actions.request_access(acting("gloria"), carl, outside)
    assert refused.value.refusal.clause == "6.b.i.6"


@pytest.mark.clause("6.c.i.3/employed", "AC-2/disabled", "AC-2/told")
def test_an_employment_ends_the_role_at_the_end_of_its_last_day_and_the_managers_are_told(
    recorded: Callable[[str], Leaf],
) -> None:
    frank, gloria = person("frank"), person("gloria")
    edit_person(acting("gloria"), frank, employed_until=days.today())
    assert recorded("person.update").details["employed_until_after"] == str(days.today())
    assert standing.standing_of(frank).authorized
    assert end_employments() == 0
    with clock.set_to(days.end_of(days.today())):
        (lack,) = standing.standing_of(frank).missing
        assert (lack.clause, lack.text[:16]) == ("6.c.i.3", "Employment ended")
        assert end_employments() == 1
        assert end_employments() == 0
        assert "Left the agency" in [lack.text for lack in standing.standing_of(frank).missing]
    assert frank.suspensions.get().kind == Suspension.Kind.TERMINATED
    assert "has left the agency" in gloria.notices.latest("pk").text


@pytest.mark.clause("6.b.i/designation", "5.e/training")
@pytest.mark.parametrize("ends_in", [-1, 30])
def test_the_last_administrators_employment_ends_only_once_the_office_is_handed_over(ends_in: int) -> None:
    gloria = person("gloria")
    with pytest.raises(Refused, match="without an authorized ALPR administrator"):
        edit_person(acting("hector"), gloria, employed_until=days.today() + ends_in * DAY)
    assert Person.objects.get(pk=gloria.pk).employed_until is None


@pytest.mark.clause("6.e.i/own")
@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        ("2020-01-06", "2020-01-05", "Employment cannot end before it begins."),
        ("", "2020-01-05", "Enter the first day as well as the last."),
        ("1899-01-01", "", "Enter a date after"),
    ],
)
def test_dates_out_of_order_are_refused_on_the_page_and_nothing_is_changed(
    since: str, until: str, message: str
) -> None:
    frank, gloria = person("frank"), signed_in(person("gloria"))
    given = {"full_name": frank.full_name, "badge": frank.badge, "employed_since": since}
    answer = gloria.post(f"/people/{frank.pk}/edit/", given | {"employed_until": until})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert Person.objects.get(pk=frank.pk).employed_until is None


@pytest.mark.clause("6.c.i.4/employed")
def test_an_employment_that_begins_later_is_recorded_and_gives_no_role_yet() -> None:
    elena = person("elena")
    edit_person(acting("gloria"), elena, employed_since=days.today() + DAY)
    assert [lack.clause for lack in standing.standing_of(elena).missing] == ["6.c.i.4"]
    with clock.set_to(days.end_of(days.today())):
        assert standing.standing_of(elena).authorized
