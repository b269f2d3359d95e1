"""The results of each deployment: alerts, enforcement actions, arrests (6.b.i.5)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from plateward import clock
from plateward.alerts.closing.models import Enforcement
from plateward.alerts.models import Alert, Disposition
from plateward.alerts.outcomes.deployments import results_of_deployments
from plateward.fleet.models import Deployment, Reader
from plateward.fleet.where import Basis
from plateward.people.testing import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.5")]
DAY = timedelta(days=1)


def deployed(place: str, begins: float, ends: float) -> Deployment:
    """From so many days from now to so many."""
    now = clock.now()
    return Deployment.objects.create(
        reader=Reader.objects.get(),
        place=place,
        basis=Basis.PUBLIC_VIEW,
        grounds="Public roads.",
        begins_at=now + begins * DAY,
        ends_at=now + ends * DAY,
        by="person:gloria",
    )


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
        ("Later", 0, 0, 0),
        ("On patrol", 0, 0, 0),
    ]
    assert results[0].deployment == here


def test_the_page_shows_them_and_only_of_lists_that_the_viewer_is_in_the_audience_of(alert: Alert) -> None:
    deployed("I-25 at Exit 227", -1, 1)
    page = " ".join(signed_in(person("carla")).get(reverse("outcomes:index")).content.decode().split())
    assert 'data-label="Place">I-25 at Exit 227</td>' in page
    assert 'data-label="Alerts">1</td>' in page
    assert results_of_deployments(Alert.objects.none(), clock.now() - 90 * DAY)[0].alerts == 0
