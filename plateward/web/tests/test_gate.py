"""A row that opens a gate is compared with the log at that moment."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection, transaction

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.records.gate import Kept, as_recorded
from plateward.core.pages.models import ExportStop
from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.models import District, Unit
from plateward.testing.emptying import past_the_hub, write
from plateward.testing.threads import at_once

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.9/records", "AU-9/found"),
]
ADA = Actor("person", "archuleta", "Ada Archuleta")
STOPS = ExportStop._meta.db_table
COPY = f"""INSERT INTO {STOPS} (id, cause, why, begun_by, begins, ended_by)
SELECT id + 1000, cause, why, begun_by, begins, ended_by FROM {STOPS} WHERE id = %s"""


def stored() -> ExportStop:
    with act(ADA, Event.EXPORT_END, "exports"):
        return ExportStop.objects.create(cause="breach:1", why="A copy was found.", begun_by=ADA.key)


def why_not(*rows: ExportStop) -> str:
    decision = as_recorded(*rows)
    assert isinstance(decision, Refusal)
    assert (decision.clause, "report a breach" in decision.help) == ("6.b.i.9", True)
    return decision.reason


def test_a_row_is_as_its_last_entry_says() -> None:
    stop, other = stored(), stored()
    assert as_recorded(stop, other) == Allow()
    with act(ADA, Event.EXPORT_END, "exports"):
        ExportStop.objects.filter(pk=stop.pk).update(ended_by=ADA.key)
        assert as_recorded(stop, other) == Allow()  # its entry is still to come
    assert as_recorded(stop, other) == Allow()


@pytest.mark.parametrize(
    ("attack", "says"),
    [
        (f"UPDATE {STOPS} SET cause = 'breach:2' WHERE id = %s", "it was altered past the hub. Entry"),
        (f"DELETE FROM {STOPS} WHERE id = %s", "it is gone, and no entry of the log says so. Entry"),
    ],
    ids=["altered", "gone"],
)
def test_a_row_that_was_written_past_the_hub_opens_nothing(attack: str, says: str) -> None:
    stop, other = stored(), stored()
    last = AuditEntry.objects.filter(event=Event.EXPORT_END).order_by("-sequence")[1].sequence
    with past_the_hub(STOPS):
        write(attack, stop.pk)
    reason = why_not(other, stop)
    assert f"Export stop {stop.pk} cannot be used: {says} {last:,} of the log wrote it last." in reason
    with act(ADA, Event.EXPORT_END, "exports"):  # nor does a later act make it good
        ExportStop.objects.filter(pk=stop.pk).update(ended_by=ADA.key)
        why_not(stop)
    why_not(stop)
    assert as_recorded(other) == Allow()


def test_a_row_that_was_added_past_the_hub_opens_nothing() -> None:
    stop = stored()
    with past_the_hub(STOPS):
        write(COPY, stop.pk)
    assert "no entry of the log wrote it" in why_not(ExportStop(pk=stop.pk + 1000))


def test_another_rows_digest_makes_a_row_no_record() -> None:
    stop = stored()
    with past_the_hub(STOPS):
        write(COPY, stop.pk)
    write(
        "INSERT INTO audit_record (of_table, key, digest, entry) SELECT of_table, %s, digest, entry "
        "FROM audit_record WHERE of_table = %s AND key = %s",
        str(stop.pk + 1000),
        STOPS,
        str(stop.pk),
    )
    assert "it was altered past the hub" in why_not(ExportStop(pk=stop.pk + 1000))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("within", [False, True], ids=["of its own", "within a transaction"])
def test_what_acts_change_while_tables_are_compared_is_not_taken_for_altered(within: bool) -> None:
    if within and connection.vendor == "sqlite":
        pytest.skip("There a transaction has the write lock, and no act commits meanwhile.")
    names = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    def change() -> None:
        with act(ADA, Event.PERSON_UPDATE, "district:9"):
            name = next(names)
            for model in (District, Unit):
                model.objects.all().delete()
                model.objects.create(name=name)

    def then_an_act(execute: Any, *statement: Any) -> Any:
        answer = execute(*statement)
        assert at_once(change) == []
        return answer

    change()
    kept = Kept({"people_district": "r.name", "people_unit": "r.name"}, lambda tables: [*tables.values()])
    with transaction.atomic() if within else nullcontext(), connection.execute_wrapper(then_an_act):
        (districts, units), altered = kept.read()
    assert not altered
    assert len(districts) == len(units) == 1
    assert within or districts == units
    latest = District.objects.get().name
    assert kept.read()[0] == [[(latest,)], [(latest,)]]
