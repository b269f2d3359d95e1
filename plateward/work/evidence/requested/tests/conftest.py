"""Two alerts of one case, and who sees them."""

import pytest
from django.test import Client

from plateward.field.hotlists.models import Entry
from plateward.people.actor import PersonActor
from plateward.people.testing import signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.evidence.requested.tests.browsing import NUMBER


@pytest.fixture
def alerts(alert: Alert) -> list[Alert]:
    """Two of one case."""
    load_hotlist("XYZ789", name="Second list")
    reader = enroll_reader("unit-14", "Unit 14 rear")
    reader.send(reader.photo("XYZ789", "NM"))
    Entry.objects.update(number=NUMBER)
    return list(Alert.objects.order_by("pk"))


@pytest.fixture
def officer(ada: PersonActor, alerts: list[Alert]) -> Client:
    return signed_in(ada.person)
