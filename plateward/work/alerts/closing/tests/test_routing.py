"""Who reviews a disposition if the list is not for everybody."""

import pytest

from plateward.field.hotlists.models import HotList
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.models import Person, Unit
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in
from plateward.work.alerts.closing import actions
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.reviewing.routing import Reviewers, dispositions_to_review, reviewers_of
from plateward.work.alerts.testing import STORY, make_covert

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.vii/thorough", "6.c.ii/lists")]


@pytest.fixture
def nora() -> Person:
    """A lieutenant, above Carla, who is above Ada."""
    made = person("nora", role=Role.SUPERVISOR)
    Person.objects.filter(username="ada").update(supervisor=person("carla", supervisor=made))
    return made


def closed(ada: PersonActor, alert: Alert) -> Disposition:
    ada.person.refresh_from_db()
    return actions.dispose(ada, alert, DispositionAccount(AlertOutcome.NOT_LOCATED, STORY))


def waits(*people: Person) -> list[str]:
    return [person.username for person in people if dispositions_to_review(person).exists()]


def supervisor(name: str) -> Person:
    return person(name, role=Role.SUPERVISOR)


def test_it_goes_up_the_chain_to_whom_the_list_names(ada: PersonActor, alert: Alert, nora: Person) -> None:
    hotlist = make_covert("ada", "nora")
    other = supervisor("ben")
    hotlist.people.add(other)
    made = closed(ada, alert)
    assert reviewers_of(ada.person, hotlist) == Reviewers(above=(nora.pk,))
    assert waits(person("carla"), nora, other) == ["nora"]
    with pytest.raises(Refused, match="not the reviewer"):
        actions.review(PersonActor.of(other), made, returned=False)


@pytest.mark.both_databases
def test_where_it_names_nobody_above_it_goes_to_who_answers_for_the_list(
    ada: PersonActor, alert: Alert, nora: Person
) -> None:
    owner, other = supervisor("ben"), supervisor("dario")
    hotlist = make_covert("ada", "ben", "dario", owner=owner)
    made = closed(ada, alert)
    assert reviewers_of(ada.person, hotlist) == Reviewers(instead=(owner.pk,))
    assert waits(person("carla"), nora, owner, other) == ["ben"]
    browser = signed_in(owner)
    assert f"Alert {alert.pk}</a>" in browser.get("/alerts/dispositions/").content.decode()
    url = f"/alerts/dispositions/{made.pk}/"
    assert browser.post(url, {"decision": "accept"}).status_code == 302
    assert waits(owner, other) == []


def test_where_that_one_may_not_every_supervisor_whom_it_names_looks(
    ada: PersonActor, alert: Alert, nora: Person
) -> None:
    other = supervisor("ben")
    make_covert("ada", "ben", "gloria", owner=person("gloria"))
    closed(ada, alert)
    assert waits(nora, other) == ["ben"]
    assert not Notice.objects.filter(text__contains="No supervisor can review").exists()


def test_where_nobody_can_whoever_keeps_the_list_is_told(
    ada: PersonActor, alert: Alert, nora: Person
) -> None:
    hotlist = make_covert("ada", owner=person("gloria"))
    made = closed(ada, alert)
    assert reviewers_of(ada.person, hotlist).nobody
    assert "No supervisor can review" in Notice.objects.get(to=person("gloria")).text
    assert waits(person("carla"), nora) == []
    hotlist.people.add(nora)
    assert waits(nora) == ["nora"], "named now, and it is hers"
    assert made.pk


def test_a_list_for_other_units_is_the_same_and_one_for_everybody_is_the_supervisors(
    ada: PersonActor, alert: Alert, nora: Person
) -> None:
    hotlist = HotList.objects.get()
    mine = Unit.objects.create(name="Unit 21")
    Person.objects.filter(username="ada").update(unit=mine)
    other = person("ben", role=Role.SUPERVISOR, unit=mine)
    closed(ada, alert)
    assert waits(person("carla"), nora, other) == ["carla", "nora"]
    hotlist.units.add(mine)
    assert waits(person("carla"), nora, other) == ["ben"]


def test_whom_nobody_leads_every_supervisor_looks_at(ada: PersonActor, alert: Alert) -> None:
    closed(ada, alert)
    assert waits(supervisor("ben"), person("carla")) == ["ben", "carla"]
    assert not Notice.objects.exists()
