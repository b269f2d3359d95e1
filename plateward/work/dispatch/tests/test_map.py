"""Readers, units and open alerts on one map: each as far as the person may see it, and every view on the log."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.models import Reader
from plateward.field.fleet.placements.models import DeploymentArea
from plateward.field.fleet.testing import deployed
from plateward.field.fleet.where import Basis
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.people.models import Unit
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.dispatch.map.views import rows_for

pytestmark = [pytest.mark.django_db]


def fingerprint_in(html: str) -> str:
    return html.partition('name="shown" value="')[2].partition('"')[0]


@pytest.fixture
def car() -> Roadside:
    load_hotlist("XYZ987", name="Second list")
    return enroll_reader("unit-40", "Unit 40 rear", unit=Unit.objects.create(name="Unit 40"))


@pytest.mark.clause("6.b.i.9/entries")
def test_dispatch_sees_alerts_and_readers_where_they_were_and_the_log_names_them(
    car: Roadside, roadside: Roadside
) -> None:
    car.send(car.photo("XYZ987"))
    roadside.send(roadside.photo("HJK3359"))
    html = signed_in(person("elena")).get("/map/").content.decode()
    alert, readers = Alert.objects.get(), list(Reader.objects.values_list("pk", flat=True))
    assert f'data-symbol="{alert.pk}" data-state="high" data-at="35.084400,-106.650400"' in html
    assert 'data-symbol="Unit 40" data-state="connected" data-at="35.084400,-106.650400"' in html
    assert 'data-symbol="Gate 1" data-state="connected" data-at="35.084400,-106.650400"' in html  # of no unit
    assert "XYZ987" not in html
    leaf = AuditEntry.objects.get(event="alert.view", object="map").leaf
    assert leaf
    assert leaf.details["alerts"] == [alert.pk]
    assert leaf.details["readers"] in (readers, readers[::-1])


@pytest.mark.clause("6.c.ii/lists")
def test_nobody_sees_more_than_elsewhere(car: Roadside) -> None:
    car.send(car.photo("XYZ987"))
    HotList.objects.update(roles=["supervisor"])
    for username, alerts, readers in (("elena", 0, 1), ("ada", 0, 0), ("carla", 1, 1)):
        rows = rows_for(person(username))
        assert (len(rows.alerts), len(rows.readers)) == (alerts, readers), username


@pytest.mark.clause("6.a.ii.1/basis", "6.c.ii/cases", "6.b.i.9/entries")
def test_deployments_in_public_view_are_on_the_map_with_their_areas(car: Roadside) -> None:
    reader, now = Reader.objects.get(name=car.name), clock.now()
    later, grounds = now + timedelta(minutes=5), "Anyone on the road sees the plates that pass here."
    drawn = deployed(reader, "I-25 at Lomas", Basis.PUBLIC_VIEW, grounds, now, None, (35.1, -106.6, 800))
    deployed(reader, "From tomorrow", Basis.PUBLIC_VIEW, grounds, later, None)
    elena = signed_in(person("elena"))
    html = elena.get("/map/").content.decode()
    assert 'data-symbol="I-25 at Lomas" data-at="35.100000,-106.600000" data-meters="800"' in html
    assert "in Albuquerque, within 800 m" in html
    assert "No area was drawn" in html, "of the deployment that its enrollment made"
    assert "From tomorrow" not in html
    leaf = AuditEntry.objects.get(event="alert.view", object="map").leaf
    assert leaf
    shown = [row.deployment.pk for row in rows_for(person("elena")).deployments]
    assert leaf.details["deployments"] == shown
    assert drawn.pk in shown
    assert rows_for(person("ada")).deployments == [], "a reader of another unit"
    with clock.set_to(later):
        again = elena.get("/map/list", {"shown": fingerprint_in(html)}).content.decode()
        assert "From tomorrow" in again
        assert ", until" not in again
        order, soon = "Second Judicial District Court, warrant 26-114.", later + timedelta(hours=1)
        ends = soon + timedelta(days=9)
        deployed(reader, "The lot", Basis.COURT_ORDER, order, soon, ends)
        until = elena.get("/map/list", {"shown": fingerprint_in(again)}).content.decode()
        assert ", until" in until, "the order ends them"
    with clock.set_to(soon):
        assert rows_for(person("elena")).deployments == [], "the order ended them, and its place is on no map"
    with pytest.raises(DatabaseError), transaction.atomic():
        DeploymentArea.objects.update(radius_m=1)


@pytest.mark.clause("6.b.i.9/entries")
def test_an_open_map_gets_only_what_changed_and_is_then_on_the_log_again(car: Roadside) -> None:
    elena = signed_in(person("elena"))
    first = fingerprint_in(elena.get("/map/").content.decode())
    views = AuditEntry.objects.filter(event="alert.view", object="map")
    assert elena.get("/map/list", {"shown": first}).status_code == 204
    assert views.count() == 1
    car.send(car.photo("XYZ987"))
    answer = elena.get("/map/list", {"shown": first})
    assert answer.status_code == 200
    assert views.count() == 2
    second = fingerprint_in(answer.content.decode())
    with clock.set_to(clock.now() + timedelta(minutes=3)):
        html = elena.get("/map/list", {"shown": second}).content.decode()
    assert 'data-symbol="Unit 40" data-state="silent"' in html
    assert elena.get("/map/list", {"shown": first}).status_code == 200  # of no use to anybody else


@pytest.mark.both_databases
def test_more_alerts_are_told_in_no_more_questions(car: Roadside) -> None:
    elena, counts = person("elena"), list[int]()
    for plate in ("XYZ981", "XYZ982", "XYZ983"):
        load_hotlist(plate, name=plate)
        car.send(car.photo(plate))
        with CaptureQueriesContext(connection) as questions:
            assert len(rows_for(elena).alerts) == len(counts) + 1
        counts.append(len(questions))
    assert counts[0] == counts[2]
