"""The results of each deployment: alerts, enforcement actions, arrests (6.b.i.5)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from plateward.field.fleet.models import Deployment, DeploymentDecision, Reader
from plateward.field.fleet.where import Basis
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in
from plateward.work.alerts.closing.models import Enforcement
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.outcomes.counting import results_of_deployments

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.5/results")]
DAY = timedelta(days=1)


def deployed(place: str, begins: float, ends: float, basis: Basis = Basis.PUBLIC_VIEW) -> Deployment:
    """From so many days from now to so many."""
    now = clock.now()
    made = Deployment.objects.create(
        reader=Reader.objects.get(),
        place=place,
        basis=basis,
        grounds="Public roads.",
        begins_at=now + begins * DAY,
        ends_at=now + ends * DAY,
        by="person:gloria",
    )
    DeploymentDecision.objects.create(deployment=made, at=made.begins_at, approved=True)
    return made


def test_an_arrest_counts_where_the_reader_was_when_it_saw_the_plate(alert: Alert) -> None:
    deployed("Last spring", -300, -200)
    deployed("Later", 2, 9)
    here = deployed("I-25 at Exit 227", -1, 1)
    ended = Disposition.objects.create(alert=alert, by=person("ada"), at=clock.now(), outcome="enforcement")
    Enforcement.objects.create(disposition=ended, kind="arrest", count=2, which="")
    Enforcement.objects.create(disposition=ended, kind="tow", count=1, which="")
    results = results_of_deployments(Alert.objects.all(), clock.now() - 90 * DAY)
    assert [(item.deployment.place, item.alerts, item.enforcement, item.arrests) for item in results] == [
        ("I-25 at Exit 227", 1, 3, 2),
        ("On patrol", 0, 0, 0),
    ]
    assert results[0].deployment == here


def page_of(viewer: Person) -> str:
    return " ".join(signed_in(viewer).get(reverse("outcomes:index")).content.decode().split())


@pytest.mark.both_databases
@pytest.mark.clause("6.c.ii/lists")
def test_the_page_shows_a_supervisor_only_where_alerts_of_their_own_audience_are_from(alert: Alert) -> None:
    deployed("Quiet lot", -2, 2)
    deployed("I-25 at Exit 227", -1, 1)
    carla = person("carla")
    other = person("ben", role=Role.SUPERVISOR, unit=Unit.objects.create(name="Unit 90"))
    HotList.objects.get().units.set(Unit.objects.filter(people=carla))
    page = page_of(carla)
    assert 'data-label="Place">I-25 at Exit 227</td>' in page
    assert 'data-label="Alerts">1</td>' in page
    assert "Quiet lot" not in page
    assert "I-25 at Exit 227" not in page_of(other)
    assert "Quiet lot" in page_of(person("gloria"))


@pytest.mark.clause("6.c.ii/cases")
def test_a_supervisor_does_not_see_the_place_of_a_court_order(alert: Alert) -> None:
    deployed("Lot behind the house", -1, 1, Basis.COURT_ORDER)
    page = page_of(person("carla"))
    assert 'data-label="Place">Under a court order</td>' in page
    assert "Lot behind the house" not in page
