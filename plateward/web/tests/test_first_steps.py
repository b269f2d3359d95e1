"""The guide of a new hub: each step is done once it is, and the last is an alert that rings."""

import pytest
from django.test import Client

from plateward.people.models import Unit
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.models import Alert

pytestmark = pytest.mark.django_db


def done(client: Client) -> list[str]:
    return [step.title for step in client.get("/setup/").context["steps"] if step.done]


def waiting(client: Client) -> int:
    """How many steps the home page says are left."""
    lines = client.get("/").context["waiting"]
    return sum(line.count for line in lines if line.url == "/setup/")


@pytest.mark.both_databases
def test_it_goes_from_an_empty_hub_to_an_alert_that_rings() -> None:
    gloria = signed_in(person("gloria", unit=None))
    Unit.objects.all().delete()
    page = gloria.get("/setup/")
    assert page.context["next_step"].title == "Districts and units"
    assert "0 of 7 steps are done." in page.content.decode()
    assert waiting(gloria) == 7
    person("ada")
    assert done(gloria) == ["Districts and units"]
    person("carla")
    load_hotlist("FST711")
    assert done(gloria) == ["Districts and units", "People with access", "A hot list"]
    reader = enroll_reader("first-1", unit=person("ada").unit)
    assert done(gloria)[3:] == ["A reader", "Where it records"]
    reader.send(reader.photo("HJK335"))
    assert done(gloria)[5:] == ["Reads come in"]
    assert waiting(gloria) == 1
    reader.send(reader.photo("FST711"))
    assert Alert.objects.get().rings
    page = gloria.get("/setup/")
    assert waiting(gloria) == 0
    assert page.context["next_step"] is None
    assert "All steps are done" in page.content.decode()
