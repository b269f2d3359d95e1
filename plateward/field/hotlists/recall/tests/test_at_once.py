"""A recall and a load of the same list at the same moment: afterwards the plate is off the list."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from plateward.field.hotlists.imports.apply import apply_load
from plateward.field.hotlists.imports.tests.made import HEAD, live, looked
from plateward.field.hotlists.models import Entry, Revision
from plateward.field.hotlists.recall.actions import recall_entry
from plateward.field.hotlists.signals import entries_changed
from plateward.testing.hotlist import GLORIA, load_hotlist
from plateward.testing.waiting import WITHIN

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Recovered by Santa Fe PD; the owner has the vehicle back."


@pytest.mark.both_databases
@pytest.mark.clause("6.f.i.1/recall")
@pytest.mark.parametrize("first", ["load", "recall"])
def test_a_load_at_that_moment_does_not_list_the_plate_again(first: str) -> None:
    load_hotlist("AAA111", "BBB222", name="Hot file")
    entry = Entry.objects.get(plate="AAA111")
    # The source changed the plate's line: the load ends the entry and begins its replacement.
    load = looked(HEAD + "AAA111,NM,stolen_plate,low,\nBBB222,NM,stolen_vehicle,high,\n")
    written, other_done = threading.Event(), threading.Event()

    def hold(revision: Revision, **_: object) -> None:
        """The first act has written everything but not committed: now the other one starts."""
        if revision.cause == first and not written.is_set():
            written.set()
            other_done.wait(1)  # times out if the other must wait for the first

    def do(which: str) -> None:
        try:
            if which != first:
                assert written.wait(WITHIN)
            if which == "load":
                apply_load(GLORIA, load)
            else:
                recall_entry(GLORIA, entry, WHY)
        finally:
            if which != first:
                other_done.set()
            connection.close()

    entries_changed.connect(hold)
    try:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(do, ("load", "recall")))
    finally:
        entries_changed.disconnect(hold)
    assert live() == {"BBB222"}
    assert Entry.objects.filter(bare="AAA111", ended__cause="recall").count() == 1
