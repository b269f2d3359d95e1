"""The queue's page with 10,000 open alerts, as a browser requests it from a running hub."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from plateward.bench.figures import Figure, percentile

if TYPE_CHECKING:
    from plateward.hotlists.models import Entry
    from plateward.people.models import Person

OPEN_ALERTS = 10_000
REQUESTS = 60
TARGET_MS = 200
BATCH = 2_000


def figures(person: "Person", port: int, cookie: str) -> list[Figure]:
    """The first part, a middle part, and a part with a single priority, in turn."""
    from plateward.bench.people import browser

    fill(person)
    took = []
    with browser(port, cookie) as client:
        for number in range(REQUESTS):
            url = ("/alerts/", f"/alerts/?before={OPEN_ALERTS // 2}", "/alerts/?priority=high")[number % 3]
            begun = time.perf_counter()
            answer = client.get(url, headers={"Accept": "text/html"})
            took.append((time.perf_counter() - begun) * 1000)
            answer.raise_for_status()
            assert answer.text.count("data-alert=") > 40, answer.text[:500]  # noqa: S101  # else it is another page
    p95 = percentile(took, 0.95)
    return [
        Figure("open alerts", OPEN_ALERTS, "alerts"),
        Figure("the queue's page with them, p95", p95, "ms", TARGET_MS, p95 <= TARGET_MS),
        Figure("the queue's page with them, p50", percentile(took, 0.5), "ms"),
    ]


def fill(person: "Person") -> None:
    """Fill up to this many open alerts, each with its own plate, ringing for the person's unit, every third
    acknowledged."""
    from django.db import connection

    from plateward import clock
    from plateward.alerts.models import Alert
    from plateward.alerts.routing.models import Acknowledgment, Notification
    from plateward.alerts.routing.rules import NotifyReason
    from plateward.fleet.models import Reader

    entries, now = _entries(), clock.now()
    reader, before = Reader.objects.first(), Alert.objects.count()
    assert reader is not None  # noqa: S101
    made = Alert.objects.bulk_create(
        (
            Alert(
                entry=entry,
                reader=reader,
                read=uuid4(),
                captured_at=now - timedelta(seconds=number),
                seen_at=now - timedelta(seconds=number),
                arrived_at=now,
                hotlist_version="bench",
                list_at=now,
                kind="exact",
                state_agreement="equal",
            )
            for number, entry in enumerate(entries[: OPEN_ALERTS - before])
        ),
        batch_size=BATCH,
    )
    Notification.objects.bulk_create(
        (
            Notification(alert=alert, why=NotifyReason.READER, unit_id=person.unit_id, at=now)
            for alert in made
        ),
        batch_size=BATCH,
    )
    Acknowledgment.objects.bulk_create(
        (Acknowledgment(alert=alert, by=person, at=now) for alert in made[::3]), batch_size=BATCH
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as a site's autovacuum does within the minute


def _entries() -> Sequence["Entry"]:
    """Entries of a list for these alerts only: no read matches them."""
    from plateward import clock
    from plateward.hotlists.models import Entry, HotList, Revision

    hotlist = HotList.objects.create(name="Ten thousand", source="State Police")
    began = Revision.objects.create(
        hotlist=hotlist, cause=Revision.Cause.LOAD, by="system:bench", at=clock.now()
    )
    return Entry.objects.bulk_create(
        (
            Entry(
                hotlist=hotlist,
                plate=f"QUEUE{number}",
                bare=f"QUEUE{number}",
                state="NM",
                reason="stolen_vehicle",
                priority=("high", "normal", "low")[number % 3],
                began=began,
            )
            for number in range(OPEN_ALERTS)
        ),
        batch_size=BATCH,
    )
