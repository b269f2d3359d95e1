"""What a reader is told of where it may record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings

from plateward.core.audit.leaf import Leaf
from plateward.field.fleet.models import Reader
from plateward.field.fleet.placements import actions, delivery, rules
from plateward.field.fleet.testing import deployed
from plateward.field.fleet.where import Basis
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal
from plateward.ground.wire.placement import (
    PLACEMENT_HEADER,
    DeploymentTimes,
    Placement,
    Zone,
    decode_placement,
    open_placement,
    sign_placement,
)
from plateward.ground.wire.read import Position
from plateward.ground.wire.where import DropReason, why_dropped
from plateward.people.testing import acting
from plateward.testing.emptying import forget_what_was_compared, past_the_hub, write
from plateward.testing.roadside import Roadside, enroll_reader

pytestmark = pytest.mark.django_db
HERE = Position(35.0844, -106.6504, 5.0)
WARRANT = "Second Judicial District Court, warrant 26-114, the lot behind the house."


@pytest.fixture(autouse=True)
def _zones_as_they_are_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "RECENT_S", -1.0)


def fetched(roadside: Roadside) -> Placement:
    answer = roadside.ask_placement()
    assert answer.status_code == 200
    hub = settings.RING.signing("hotlist").public_key()
    return open_placement(hub, decode_placement(answer.content))


def named(roadside: Roadside) -> str:
    """The version that the answer about the hot list names."""
    return roadside.ask().headers[PLACEMENT_HEADER]


@pytest.mark.clause("6.a.ii.1/outside", "6.a.ii.1/zones", "6.b.i.9/entries")
def test_a_reader_gets_its_deployments_and_all_zones_and_hears_of_each_change(
    roadside: Roadside, recorded: Callable[[str], Leaf]
) -> None:
    gloria = acting("gloria")
    before = fetched(roadside)
    assert (before.reader, before.zones, named(roadside)) == (roadside.name, [], before.version)
    zone = actions.add_zone(gloria, "Clinic", HERE.lat, HERE.lon, 300, "The entrance of a clinic.")
    assert named(roadside) != before.version
    within = fetched(roadside)
    assert within.zones == [Zone(HERE.lat, HERE.lon, 300)]
    assert (recorded("placement.deliver").details, named(roadside)) == (
        {"version": within.version, "zones": 1},
        within.version,
    )
    assert why_dropped(clock.now(), HERE, within.deployments, within.zones) is DropReason.ZONE
    actions.end_zone(gloria, zone, "The clinic has moved away.")
    ended = fetched(roadside)
    assert ended.version not in (before.version, within.version)
    assert why_dropped(clock.now(), HERE, ended.deployments, ended.zones) is None
    assert why_dropped(clock.now() - timedelta(hours=1), HERE, ended.deployments, ended.zones) is not None
    with clock.set_to(clock.now() + rules.PAST_ON_READERS):
        assert fetched(roadside).version == before.version


@pytest.mark.clause("6.a.ii.1/outside", "6.a.ii.1/unsure")
def test_another_readers_deployments_are_not_its_own_and_a_warrant_ends_as_recorded(
    roadside: Roadside,
) -> None:
    other, now = enroll_reader("unit-14", "Unit 14 rear"), clock.now()
    reader, before = Reader.objects.get(name=roadside.name), fetched(other)
    ends = now + timedelta(hours=4)
    deployed(reader, "The lot", Basis.COURT_ORDER, WARRANT, now, ends, (HERE.lat, HERE.lon, 500))
    assert fetched(other).version == before.version
    ordered = fetched(roadside)
    assert [deployment.basis for deployment in ordered.deployments] == ["order", "public"]
    with clock.set_to(ends + rules.PAST_ON_READERS):
        assert fetched(roadside).deployments == []
    for at, reason in ((ends - timedelta(seconds=1), None), (ends, DropReason.DEPLOYMENT)):
        assert why_dropped(at, HERE, ordered.deployments, [Zone(HERE.lat, HERE.lon, 300)]) is reason
    elsewhere = Position(HERE.lat + 0.1, HERE.lon, 5.0)
    clinic = [Zone(elsewhere.lat, elsewhere.lon, 300)]
    within = ends - timedelta(seconds=1)
    assert why_dropped(within, elsewhere, ordered.deployments, clinic) is DropReason.ZONE


@pytest.mark.clause("6.a.ii.1/outside")
def test_what_begins_much_later_is_not_on_the_readers_disk_yet(roadside: Roadside) -> None:
    reader, before, later = Reader.objects.get(), fetched(roadside), clock.now() + timedelta(days=8)
    deployed(*(reader, "The lot", Basis.COURT_ORDER, WARRANT, later, later + timedelta(hours=4)))
    changed = fetched(roadside)  # the deployment in public view ends with it
    assert [deployment.basis for deployment in changed.deployments] == ["public"]
    assert changed.version != before.version
    with clock.set_to(later - timedelta(days=1)):
        assert len(fetched(roadside).deployments) == 2


def test_hundreds_of_readers_ask_for_the_zones_a_few_times_a_second(
    roadside: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "RECENT_S", 60.0)
    monkeypatch.setattr(delivery, "_recent", (-60.0, []))
    version = named(roadside)
    actions.add_zone(acting("gloria"), "Clinic", HERE.lat, HERE.lon, 300, "The entrance of a clinic.")
    assert named(roadside) == version
    monkeypatch.setattr(delivery, "RECENT_S", -1.0)
    assert named(roadside) != version


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.1/zones", "6.b.i.9/records")
def test_while_a_zone_or_a_deployment_was_altered_past_the_hub_a_reader_keeps_what_it_has(
    roadside: Roadside,
) -> None:
    actions.add_zone(acting("gloria"), "Clinic", HERE.lat, HERE.lon, 300, "The entrance of a clinic.")
    before = fetched(roadside)
    for change, back in (
        ("fleet_exclusionzone SET radius_m = 1", "fleet_exclusionzone SET radius_m = 300"),
        ("fleet_deployment SET place = place || '~'", "fleet_deployment SET place = rtrim(place, '~')"),
    ):
        with past_the_hub(change.split()[0]):
            write(f"UPDATE {change}")
        forget_what_was_compared()
        heard, asked = roadside.ask(), roadside.ask_placement()
        assert (heard.status_code, PLACEMENT_HEADER in heard.headers) == (200, False)
        assert (asked.status_code, b"cannot be used: it was altered" in asked.content) == (507, True)
        with past_the_hub(change.split()[0]):
            write(f"UPDATE {back}")
        forget_what_was_compared()
        assert fetched(roadside).version == before.version


@pytest.mark.clause("6.a.ii.1/zones")
def test_no_more_zones_are_added_than_a_reader_accepts_in_a_placement() -> None:
    far = clock.now()
    placement = Placement(
        "x" * 64,
        far,
        [DeploymentTimes("public", far, far, far)] * delivery.MOST_DEPLOYMENTS,
        [Zone(35.0844, -106.6504, rules.LARGEST_RADIUS_M, far)] * rules.MOST_ZONES,
    )
    sign_placement(settings.RING.signing("hotlist"), placement)
    refusal = rules.may_exclude(300, "The entrance of a clinic.", zones=rules.MOST_ZONES)
    assert isinstance(refusal, Refusal)
    assert "5,000 zones at most" in refusal.reason
