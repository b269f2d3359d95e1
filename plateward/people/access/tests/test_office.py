"""The office of ALPR administrator: held by the Chief's designation, and never left empty."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refused
from plateward.people import days
from plateward.people.access import actions, standing
from plateward.people.access.models import Access, Designation
from plateward.people.access.rules import may_leave_office
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in, train, untrain

pytestmark = pytest.mark.django_db


def second_administrator() -> Person:
    return person("frank", role=Role.ADMINISTRATOR)


@pytest.mark.clause("6.b.i/designation")
@pytest.mark.parametrize(
    ("before", "after", "stands"), [(1, 1, True), (2, 1, True), (1, 0, False), (0, 0, True)]
)
def test_a_change_stands_that_leaves_an_administrator_or_had_none(
    before: int, after: int, stands: bool
) -> None:
    assert isinstance(may_leave_office(before, after), Allow) == stands


@pytest.mark.clause("6.b.i/designation")
def test_whatever_would_take_the_last_administrator_away_is_undone() -> None:
    gloria = person("gloria")
    with (
        pytest.raises(Refused, match="without an authorized"),
        act(acting("gloria"), Event.ACCESS_END, "person:gloria"),
        standing.keeps_an_administrator(),
    ):
        Access.objects.filter(person=gloria).update(ends=clock.now())
    assert standing.authorized_administrators() == [gloria]


@pytest.mark.clause("6.b.i/designation", "5.e/training")
def test_an_administrator_whose_training_is_missing_is_none_to_leave_the_office_to() -> None:
    person("gloria")
    frank = second_administrator()
    assert len(standing.authorized_administrators()) == 2
    untrain(frank, "administration")
    assert [str(administrator) for administrator in standing.authorized_administrators()] == [
        "Gloria Gallegos"
    ]


@pytest.mark.clause("6.b.i/designation")
def test_the_last_administrator_is_not_transferred_away_and_one_of_two_is() -> None:
    gloria = person("gloria")
    hector = acting("hector")
    access = actions.request_access(
        acting("gloria"), gloria, actions.RequestedAccess(Role.AUDITOR, "Audits.")
    )
    with pytest.raises(Refused, match="without an authorized"):
        actions.approve_request(hector, access)
    gloria.refresh_from_db()
    assert gloria.role == Role.ADMINISTRATOR
    second_administrator()
    actions.approve_request(hector, access)
    gloria.refresh_from_db()
    assert gloria.role == Role.AUDITOR


@pytest.mark.clause("6.b.i/designation", "AC-2/approval")
def test_the_administrators_role_is_approved_only_where_the_chiefs_designation_is_in_force() -> None:
    ada, hector = person("ada"), acting("hector")
    access = actions.request_access(
        acting("gloria"), ada, actions.RequestedAccess(Role.ADMINISTRATOR, "Succeeds Gloria.")
    )
    with pytest.raises(Refused, match="no designation in force as ALPR administrator"):
        actions.approve_request(hector, access)
    now = clock.now()
    order = Designation.objects.create(
        person=ada,
        office="administrator",
        document="Order 2026-3",
        made_by="person:hector",
        begins=now + timedelta(days=1),
    )
    with pytest.raises(Refused, match="no designation"):
        actions.approve_request(hector, access)
    Designation.objects.filter(pk=order.pk).update(begins=now)
    actions.approve_request(hector, access)


@pytest.mark.clause("6.b.i/designation", "5.e/privileged")
def test_an_office_ends_with_its_order() -> None:
    for username in ("gloria", "hector"):
        who = person(username)
        Designation.objects.filter(person=who).update(ends=clock.now() + timedelta(hours=1))
        assert standing.standing_of(who).authorized
        with clock.set_to(clock.now() + timedelta(hours=1)):
            assert [lack.clause for lack in standing.standing_of(who).missing] == ["6.b.i"]


def offices(client: Client, form: str, **given: str) -> Any:
    """Post one of the page's forms."""
    fields = {f"{form}-{name}": value for name, value in given.items()}
    return client.post("/access/offices/", {"form": form} | fields)


@pytest.mark.clause("6.b.i/designation", "5.e/privileged", "5.e/training")
def test_the_office_is_handed_over_in_one_act(recorded) -> None:  # type: ignore[no-untyped-def]
    gloria, frank = person("gloria"), person("frank")
    hector = signed_in(person("hector"))
    given = {"former": str(gloria.pk), "successor": "frank", "document": "Order 2026-9"}
    answer = offices(hector, "hand_over", **given)
    assert answer.status_code == 409
    assert b"could not work as ALPR administrator yet" in answer.content
    assert b"ALPR administration" in answer.content
    assert 'value="Order 2026-9"' in answer.content.decode()
    assert standing.authorized_administrators() == [gloria]
    assert recorded("designation.make").clause.startswith("5.")

    train(frank, Role.ADMINISTRATOR)
    assert offices(hector, "hand_over", **given).status_code == 302
    assert standing.authorized_administrators() == [frank]
    for who, role in ((gloria, ""), (frank, "administrator")):
        who.refresh_from_db()
        assert who.role == role
    assert [designation.ended_by for designation in Designation.objects.filter(person=gloria)] == [
        "person:hector"
    ]
    assert signed_in(gloria).get("/people/").status_code == 403
    assert signed_in(frank).get("/people/").status_code == 200
    assert recorded("designation.make").details["former"] == "gloria"
    assert {notice.to.username for notice in Notice.objects.all()} >= {"gloria", "frank"}


@pytest.mark.clause("6.b.i/designation")
def test_an_office_that_is_empty_is_filled_in_one_act_too() -> None:
    gloria = person("gloria")
    Designation.objects.filter(person=gloria).update(ends=clock.now())
    frank = person("frank")
    train(frank, Role.ADMINISTRATOR)
    hector = signed_in(person("hector"))
    assert offices(hector, "hand_over", successor="frank", document="Order 2026-9").status_code == 302
    assert standing.authorized_administrators() == [frank]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i/designation", "AC-2/approval")
def test_nobody_gives_an_office_to_themself_or_ends_their_own() -> None:
    hector = signed_in(person("hector"))
    own = Designation.objects.get(person=person("hector"))
    for form, given in (
        ("designate", {"person": "hector", "office": "administrator", "document": "Order 1"}),
        ("hand_over", {"successor": "hector", "document": "Order 1"}),
    ):
        assert b"You cannot designate yourself." in offices(hector, form, **given).content
    answer = hector.post(f"/access/offices/{own.pk}/end/", {"reason": "Retires."})
    assert b"You cannot end your own office." in answer.content


@pytest.mark.clause("6.b.i/designation")
def test_the_last_administrators_designation_does_not_end_and_one_of_two_does() -> None:
    gloria = person("gloria")
    order = Designation.objects.get(person=gloria)
    hector = signed_in(person("hector"))
    page = f"/access/offices/{order.pk}/end/"
    assert b"Ending an office needs a reason" in hector.post(page, {"reason": ""}).content
    assert b"without an authorized ALPR administrator" in hector.post(page, {"reason": "Moves."}).content
    frank = second_administrator()
    assert hector.post(page, {"reason": "Moves."}).status_code == 302
    gloria.refresh_from_db()
    assert gloria.role == ""
    assert standing.authorized_administrators() == [frank]
    assert b"ended already" in hector.post(page, {"reason": "Moves."}).content


@pytest.mark.clause("6.b.i/designation", "6.b.i.8/matrix")
def test_a_designee_acts_for_the_chief_while_designated_and_makes_no_other_designee() -> None:
    carla = person("carla")
    hector = signed_in(person("hector"))
    until = f"{days.today() + timedelta(days=10):%Y-%m-%d}"
    given = {"person": "carla", "office": "designee", "document": "Letter 7", "until": until}
    assert offices(hector, "designate", **given).status_code == 302
    assert b"already holds this office" in offices(hector, "designate", **given).content
    access = actions.request_access(
        acting("gloria"), carla, actions.RequestedAccess(Role.CHIEF, "Acts for the Chief.")
    )
    actions.approve_request(acting("hector"), access)
    train(carla, Role.CHIEF)
    carla.refresh_from_db()
    deputy = signed_in(carla)
    person("ada")
    again = offices(deputy, "designate", person="ada", office="designee", document="Letter 8")
    assert b"Only the Chief can name a designee." in again.content
    with clock.set_to(days.start_of(days.today() + timedelta(days=11))):
        assert [lack.clause for lack in standing.standing_of(carla).missing] == ["6.b.i"]


@pytest.mark.clause("6.b.i/designation")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"document": ""}, "Enter the order."),
        ({"document": "x" * 201}, "to 200 characters; it has 201"),
        ({"office": "king"}, "Choose one of the options"),
        ({"since": "2026-13-01"}, "Enter a date: month, day and year."),
        ({"since": "2026-12-02", "until": "2026-12-01"}, "end before it begins"),
        ({"person": "nobody"}, "There is no badge number or username"),
    ],
)
def test_a_designation_that_is_not_whole_is_told_and_not_made(given: dict[str, str], message: str) -> None:
    person("ada")
    whole = {"person": "ada", "office": "administrator", "document": "Order 1"}
    answer = offices(signed_in(person("hector")), "designate", **whole | given)
    assert answer.status_code in (409, 422)
    assert message in answer.content.decode()
    assert not Designation.objects.filter(person__username="ada").exists()
