"""A DEMS duty, and who is above whom."""

import pytest

from plateward.alerts.closing import actions as closing
from plateward.alerts.dems.models import Duty
from plateward.alerts.dems.tests.duties import TOWED
from plateward.alerts.models import Act, Alert
from plateward.alerts.page import actions as steps
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import person


@pytest.fixture
def chain(ada: PersonActor) -> list[Person]:
    """Carla above Ada, Nora (a lieutenant here) above Carla."""
    nora = person("nora", role=Role.SUPERVISOR)
    carla = person("carla", supervisor=nora)
    Person.objects.filter(pk=ada.person.pk).update(supervisor=carla)
    ada.person.refresh_from_db()
    return [carla, nora]


@pytest.fixture
def acted(ada: PersonActor, alert: Alert, chain: list[Person]) -> Alert:
    steps.confirm(ada, alert, "ABC123", "NM")
    Act.objects.create(alert=alert, kind="encounter", by=ada.person, at=alert.arrived_at)
    return alert


@pytest.fixture
def duty(ada: PersonActor, acted: Alert) -> Duty:
    Act.objects.create(alert=acted, kind="enforcement", by=ada.person, at=acted.arrived_at)
    closing.dispose(ada, acted, TOWED)
    return Duty.objects.get()
