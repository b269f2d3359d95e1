"""What is urgent is first: by priority, then what one's own reader saw, then what is near, then what was seen last."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from plateward.ground.wire.read import Position
from plateward.people.models import Unit
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.alerts.queue.shown import place_in_queue
from plateward.work.alerts.routing.models import Whereabouts
from plateward.work.alerts.testing import ringing

pytestmark = pytest.mark.clause("5.b/browser")
NOON = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def key(priority: str = "normal", stage: str = "new", **more: Any) -> str:
    given: dict[str, Any] = {"own": False, "miles": 5.0, "seen_at": NOON} | more
    return place_in_queue(priority, stage, **given)


def test_each_thing_that_counts_counts_before_the_next() -> None:
    in_order = [
        key("high", own=True),
        key("high", miles=0.4),
        key("high", miles=45.0),
        key("high", miles=None),
        key(own=True, miles=200.0),
        key(seen_at=NOON + MINUTE),
        key(),
        key(miles=None, seen_at=NOON + MINUTE),
        key(miles=None),
        key("low", own=True, miles=0.0),
        key("low", "closed", seen_at=NOON + MINUTE),
        key("high", "closed"),
    ]
    assert sorted(in_order) == in_order


@pytest.mark.parametrize(("nearer", "farther"), [(9.94, 9.96), (45.2, 45.6)])
def test_distances_count_as_they_are_shown(nearer: float, farther: float) -> None:
    assert key(miles=nearer) < key(miles=farther, seen_at=NOON + MINUTE)


@pytest.mark.parametrize(("one", "other"), [(2.04, 2.01), (45.4, 44.6)])
def test_of_two_that_are_shown_as_far_the_later_is_first(one: float, other: float) -> None:
    assert key(miles=one, seen_at=NOON + MINUTE) < key(miles=other)


HERE, NEAR, FAR = (Position(lat=lat, lon=-106.65, accuracy_m=5.0, age_s=0.2) for lat in (35.08, 35.15, 35.80))


@pytest.fixture
def ada(db: None) -> Client:
    """Whose unit is here: it saw one vehicle; others saw one nearby, one far away, one of high priority."""
    load_hotlist(
        *(f"{plate},NM,stolen_vehicle,normal" for plate in ("OWN111", "NEA222", "FAR333")),
        "AMB444,NM,amber_alert,high",
    )
    ada = person("ada")
    own = enroll_reader(unit=ada.unit)
    other = enroll_reader("unit-99", "Unit 99 rear", unit=Unit.objects.create(name="Unit 99"))
    own.send(own.photo("OWN111", position=HERE))
    for plate, position in (("NEA222", NEAR), ("FAR333", FAR), ("AMB444", FAR)):
        other.send(other.photo(plate, position=position))
    assert Whereabouts.objects.count() == 2
    return signed_in(ada)


ORDER = ["AMB444", "OWN111", "NEA222", "FAR333"]


@pytest.mark.both_databases
@pytest.mark.parametrize("path", ["/", "/alerts/"])
def test_home_and_queue_show_the_most_urgent_first(ada: Client, path: str) -> None:
    page = ada.get(path).content.decode()
    plates = dict(Alert.objects.values_list("pk", "entry__bare"))
    at = {plate: page.index(f'<tr data-alert="{number}"') for number, plate in plates.items()}
    assert sorted(at, key=lambda plate: at[plate]) == ORDER
    assert page.count('class="seen-picture"') == 4


@pytest.mark.both_databases
def test_what_rings_is_in_the_same_order(ada: Client) -> None:
    plates = dict(Alert.objects.values_list("pk", "entry__bare"))
    assert [plates[alert["number"]] for alert in ringing(person("ada"))] == ORDER
