"""The order of the outbox."""

import threading

import pytest
from django.db import connection, transaction

from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.testing.waiting import WITHIN
from plateward.work.alerts.models import Alert, Change
from plateward.work.alerts.outbox import announce


@pytest.mark.both_databases
@pytest.mark.clause("5.b/browser")
@pytest.mark.django_db(transaction=True)
def test_a_number_is_seen_only_when_all_smaller_ones_are() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    alert = Alert.objects.get()
    first = Change.objects.get().pk
    committed = threading.Event()

    def other() -> None:
        try:
            with transaction.atomic():
                announce([alert], new=False)
            committed.set()
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        announce([alert], new=False)
        thread.start()
        assert not committed.wait(0.5)  # it must wait, or a browser would get it first
    thread.join(WITHIN)
    assert committed.is_set()
    assert list(Change.objects.order_by("pk").values_list("pk", flat=True)) == [first, first + 1, first + 2]
