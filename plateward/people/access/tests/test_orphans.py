"""Accounts whose supervisor has left: due within a week, given to another several at once, and led meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access.models import Access
from plateward.people.access.orphans.actions import give, orphans
from plateward.people.access.suspensions.actions import terminate_access
from plateward.people.chain_of_command.routing import ReviewMatter, review_route_of
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.testing import acting, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Person:
    """She and Ben, whom Carla led, who has left; above Carla is the Chief."""
    person("gloria")
    carla = person("carla", supervisor=person("hector"))
    for name in ("ada", "ben"):
        person(name, supervisor=carla)
    terminate_access(acting("gloria"), carla, "Retired.")
    return person("ada")


@pytest.mark.clause("AC-2/disabled")
def test_whoever_a_supervisor_leaves_behind_is_due_within_a_week_on_the_administrators_list(
    ada: Person,
) -> None:
    (orphan, other) = orphans()
    assert [orphan.access.person, other.access.person] == [ada, person("ben")]
    assert orphan.due == orphan.since + timedelta(days=7)
    assert orphan.since == Access.objects.get(person=person("carla")).ends
    gloria = signed_in(person("gloria"))
    assert "People whose supervisor has left" in gloria.get("/").content.decode()
    page = gloria.get("/access/orphans/").content.decode()
    assert "Agent Ada Archuleta" in page
    assert "Overdue" not in page
    with clock.set_to(orphan.due):
        assert "Overdue since" in signed_in(person("gloria")).get("/access/orphans/").content.decode()


@pytest.mark.clause("AC-2/disabled")
def test_meanwhile_what_needs_a_supervisor_goes_to_the_next_above(ada: Person) -> None:
    route = review_route_of(ReviewMatter(ada), Permission.HOTLIST_REVIEW)
    assert route.reviewers == (person("hector"),)
    assert "Carla Chavez has no access for it now" in route.text


@pytest.mark.clause("AC-2/disabled", "6.b.i.7/lists")
def test_one_act_gives_several_to_another_supervisor_each_with_its_record(
    ada: Person, recorded: Callable[[str], Leaf]
) -> None:
    nora = person("nora", role=Role.SUPERVISOR, supervisor=person("hector"))
    before, gloria = ada.accesses.get(), signed_in(person("gloria"))
    chosen = {"person": [ada.pk, person("ben").pk], "supervisor": nora.pk}
    page = gloria.post("/access/orphans/", chosen, follow=True).content.decode()
    assert "Nora Naranjo now has 2 more people." in page
    assert "supervisor has access" in page
    assert not orphans()
    for name in ("ada", "ben"):
        assert Person.objects.get(username=name).supervisor == nora
    assert recorded("access.give").details["supervisor"] == "nora"
    after = ada.accesses.latest("pk")
    before.refresh_from_db()
    assert (after.role, after.unit, after.kind) == (before.role, before.unit, before.kind)
    assert (before.ends, before.supervisor) == (after.begins, person("carla"))
    assert "is now the supervisor" in ada.notices.latest("pk").text


@pytest.mark.clause("AC-2/disabled", "AC-6/least")
@pytest.mark.parametrize(
    ("giver", "whom", "to", "says"),
    [
        ("gloria", "dario", "hector", "Dario Duran has a supervisor."),
        ("gloria", "ada", "carla", "Carla Chavez has no access as a supervisor now."),
        ("gloria", "ada", "ben", "Ben Begay has no access as a supervisor now."),
        ("ada", "ada", "hector", "You cannot choose your own supervisor."),
    ],
)
def test_nobody_is_given_who_has_a_supervisor_nor_to_who_leads_nobody(
    ada: Person, recorded: Callable[[str], Leaf], giver: str, whom: str, to: str, says: str
) -> None:
    person("dario", supervisor=person("hector"))
    with pytest.raises(Refused, match=says):
        give(acting(giver), person(whom), person(to))
    assert recorded("access.give").outcome == "refused"
    assert ada.accesses.count() == 1


@pytest.mark.clause("AC-2/disabled")
def test_a_press_without_people_or_a_supervisor_changes_nothing(ada: Person) -> None:
    gloria = signed_in(person("gloria"))
    page = gloria.post("/access/orphans/", {"supervisor": person("hector").pk}).content.decode()
    assert "Select the people first" in page
    assert gloria.post("/access/orphans/", {"person": [ada.pk]}).status_code == 422
    assert gloria.post("/access/orphans/", {"person": ["x"], "supervisor": "999999"}).status_code == 422
    assert ada.accesses.count() == 1


@pytest.mark.clause("AC-2/disabled")
def test_emergency_access_ends_when_it_would_have(ada: Person) -> None:
    ends = clock.now() + timedelta(hours=9)
    ada.accesses.update(kind=Access.Kind.EMERGENCY, hours=24, ends=ends)
    assert give(acting("gloria"), ada, person("hector")).ends == ends
