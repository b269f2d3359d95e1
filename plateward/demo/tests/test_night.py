"""The demo's night: what each role then has before it. Played at once, without the demo."""

from pathlib import Path

import pytest

from plateward.demo.furnish import OWN_LIST, ListedPlate, hot_list
from plateward.demo.night import BOLO, CAR, GATE, Lane, Night, moments
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.malfunctions.models import Malfunction
from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.requests.models import Request
from plateward.people.models import Unit
from plateward.people.testing import person
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.models import Alert
from plateward.work.alerts.routing.models import Whereabouts

pytestmark = pytest.mark.django_db


def test_a_night_brings_alerts_a_request_and_a_malfunction(tmp_path: Path) -> None:
    unit, _ = Unit.objects.get_or_create(name=CAR[2])
    for name in ("carla", "ada", "elena"):
        person(name)
    ben = person("ben", unit=unit)
    listed = ListedPlate(BOLO, "NM", "property_crime", "normal", on_file=False)
    hot_list([listed], tmp_path / "own.csv", OWN_LIST, "State Police")
    HotList.objects.filter(name=OWN_LIST).update(kind=HotList.Kind.AGENCY)
    readers = [
        enroll_reader(name, camera, unit=Unit.objects.filter(name=of).first())
        for name, camera, of in (CAR, GATE)
    ]
    lines: list[str] = []
    car, gate = (Lane(reader, reader.send) for reader in readers)
    night = Night(moments(tmp_path / "amber.csv", car, gate), lines.append)
    night.play(30)
    assert ReaderCheck.objects.get().by == ben
    assert Whereabouts.objects.get().reader.name == CAR[0]
    assert not Alert.objects.exists()
    night.play(1e6)
    assert [line for line in lines if "Left out" in line] == []
    reasons = {alert.entry.reason for alert in alerts_for(ben)}
    assert reasons == {"property_crime", "amber_alert"}
    assert alerts_for(person("elena")).count() == 2
    assert Request.objects.get().requester == ben
    assert Malfunction.objects.get().reader.name == CAR[0]
