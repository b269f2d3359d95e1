"""A DEMS duty, who is above whom, and small packages."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import on_the_log, person
from plateward.simulators.dems import DemsSimulator
from plateward.testing.served import dems as served
from plateward.work.alerts.closing import actions as closing
from plateward.work.alerts.models import Act, Alert
from plateward.work.alerts.page import actions as steps
from plateward.work.evidence.dems import sending
from plateward.work.evidence.dems.models import FILES, Duty
from plateward.work.evidence.dems.tests.duties import TOWED
from plateward.work.evidence.package.build import PackageResult


@pytest.fixture
def chain(ada: PersonActor) -> list[Person]:
    """Carla above Ada, Nora (a lieutenant here) above Carla."""
    nora = person("nora", role=Role.SUPERVISOR)
    carla = person("carla", supervisor=nora)
    with on_the_log():
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


@pytest.fixture(autouse=True)
def small_package(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package takes a second to make: here it is a few bytes, but where a test wants a whole one."""

    def build(number: str, alerts: list[Alert], to: Path, *, by: PersonActor) -> PackageResult:
        content = f"{number} {alerts[0].pk} {by.id} ".encode() * 1000
        to.write_bytes(content)
        return PackageResult(to, sha256(content).hexdigest(), len(content), 1, 1, timestamped=False, reads=1)

    if "whole_package" not in request.fixturenames:
        monkeypatch.setattr(sending, "build_case_package", build)


@pytest.fixture
def dems() -> Iterator[DemsSimulator]:
    with served() as running:
        yield running
    for id in FILES.kept():  # of rows that are rolled back
        FILES.erase(id)


@pytest.fixture
def whole_package() -> None:
    """As the hub makes it."""
