"""Who writes the database alters one row past the hub. Every other alarm goes on, for everybody."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from plateward.ground import clock
from plateward.people.testing import person, signed_in
from plateward.testing.emptying import past_the_hub, without_checks, write
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.audience.models import Share
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.queue.live_queue import changes_after, open_alert_events
from plateward.work.alerts.routing.presence import recipient_of
from plateward.work.alerts.testing import ringing

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("5.b/reaches", "6.j.i/proven"),
]
# What takes a column's place: on SQLCipher anything can, on PostgreSQL what its type admits.
ALTERED: dict[str, Any] = {
    "kind": "nonsense",
    "entry_id": "0" * 32,
    "captured_at": "never",
    "read": "no uuid",
}
ON_POSTGRESQL = {"kind": "nonsense", "entry_id": "00000000-0000-0000-0000-000000000000"}


@pytest.fixture
def reader() -> Roadside:
    load_hotlist("ABC123", "XYZ789")
    return enroll_reader()


def alter(row: Any, column: str, value: Any) -> None:
    table, key = row._meta.db_table, row._meta.pk
    with past_the_hub(table), without_checks(table):
        stored = key.get_db_prep_value(row.pk, connection)
        write(f"UPDATE {table} SET {column} = %s WHERE {key.column} = %s", value, stored)


def shows(answer: Any, alert: Alert) -> bool:
    return f"/alerts/{alert.pk}/".encode() in answer.content


@pytest.mark.parametrize("column", ALTERED)
def test_an_altered_alert_takes_no_other_from_the_stream_the_queue_the_map_and_the_console(
    column: str, reader: Roadside, request: pytest.FixtureRequest
) -> None:
    if connection.vendor == "postgresql" and column not in ON_POSTGRESQL:
        pytest.skip("The column's type does not admit it.")
    reader.send(reader.photo("ABC123"), reader.photo("XYZ789"))
    ada, elena = (signed_in(person(name)) for name in ("ada", "elena"))
    altered, other = Alert.objects.order_by("pk")
    value = (ON_POSTGRESQL if connection.vendor == "postgresql" else ALTERED)[column]
    alter(altered, column, value)
    if column == "entry_id":
        request.addfinalizer(
            lambda: alter(altered, column, altered.entry_id.hex)
        )  # what the test's end compares

    recipient = recipient_of(person("ada").pk)
    assert [row["number"] for row in ringing(person("ada"))] == [other.pk]
    events = changes_after(0, None)
    assert {event.kind for event in events if event.alert != other.pk} == {"altered"}
    assert [event.alert for event in events if event.alert] == [other.pk]
    assert max(event.number for event in events) == changes_after(0)[-1].number  # read once, not at each poll
    assert [event.alert for event in open_alert_events(recipient.lists)] == [other.pk]
    for client, path in (
        (ada, "/"),
        (ada, "/alerts/"),
        (ada, "/map/"),
        (elena, "/dispatch/"),
        (elena, "/alerts/"),
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        assert shows(page, other), path
        assert not shows(page, altered), path
        if column != "entry_id":  # that one no query finds for anybody
            assert f"Alert {altered.pk}".encode() in page.content, path
            assert b"altered past the hub" in page.content, path


def test_an_alert_that_is_gone_stops_no_stream(reader: Roadside) -> None:
    reader.send(reader.photo("ABC123"), reader.photo("XYZ789"))
    gone, other = Alert.objects.order_by("pk")
    with past_the_hub("alerts_alert"), without_checks("alerts_alert"):
        sqlite = connection.vendor == "sqlite"
        write("PRAGMA defer_foreign_keys = ON" if sqlite else "SET LOCAL session_replication_role = replica")
        write("UPDATE alerts_alert SET number = 999 WHERE number = %s", gone.pk)
        assert [(event.kind, event.alert) for event in changes_after(0)] == [
            ("altered", 0),
            ("alert", other.pk),
        ]
        write("UPDATE alerts_alert SET number = %s WHERE number = 999", gone.pk)


@pytest.mark.clause("6.e.ii/share", "6.c.ii/lists")
def test_a_share_with_a_broken_seal_shows_its_alert_to_nobody_and_keeps_no_other_alert_back(
    reader: Roadside,
) -> None:
    reader.send(reader.photo("ABC123"))
    alert, ben = Alert.objects.get(), person("ben")
    share = Share.objects.create(
        alert=alert, by=person("ada"), at=clock.now(), to=ben, purpose="The same vehicle as in my case.",
        ends_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    assert recipient_of(ben.pk).shared == {alert.pk}
    alter(share, "to_id", person("elena").pk)
    assert recipient_of(ben.pk).shared == frozenset()
    assert recipient_of(person("elena").pk).shared == frozenset()
    assert [row["number"] for row in ringing(person("ada"))] == [alert.pk]


@pytest.mark.clause("5.b/which")
def test_a_disposition_with_a_broken_seal_silences_no_alarm_and_stops_no_batch(reader: Roadside) -> None:
    reader.send(reader.photo("ABC123"))
    first = Alert.objects.get()
    closed = Disposition.objects.create(
        alert=first,
        by=person("ada"),
        at=clock.now(),
        outcome="enforcement",
        narrative="Stopped and arrested.",
    )
    Alert.objects.filter(pk=first.pk).update(stage=Stage.CLOSED)
    alter(closed, "outcome", "misread")
    reader.send(reader.photo("ABC123"), reader.photo("XYZ789"))
    rung = Alert.objects.exclude(pk=first.pk)
    assert [(alert.rings, alert.handled_id) for alert in rung] == [(True, None)] * 2
    assert {row["number"] for row in ringing(person("ada"))} == {alert.pk for alert in rung}
