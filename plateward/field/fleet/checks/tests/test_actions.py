"""Checks are recorded, and the right people are notified."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.leaf import Leaf
from plateward.field.fleet.actions import assign_unit
from plateward.field.fleet.checks.actions import record_check
from plateward.field.fleet.checks.models import CheckAnswer, ReaderCheck
from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.models import Reader
from plateward.field.fleet.testing import recorded_check
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.models import Absence
from plateward.people.models import Person, Unit
from plateward.people.notices.models import Notice
from plateward.people.testing import person
from plateward.testing.roadside import Roadside

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.e.iv.1/check", "6.b.i.9/entries")
def test_a_check_is_recorded_with_person_time_reader_and_answers(
    ada: Person, reader: Reader, recorded: Callable[[str], Leaf]
) -> None:
    made = recorded_check(ada, reader, time="An hour late.")
    assert (made.by, made.reader, made.failed) == (ada, reader, ["time"])
    said = {answer.step: (answer.right, answer.words, answer.known) for answer in made.answers.all()}
    assert set(said) == {*CheckStep}
    assert said["time"] == (False, "An hour late.", "Its clock was right.")
    assert said["plate"] == (True, "", "")
    leaf = recorded("check.record")
    assert (leaf.object, leaf.actor_id, leaf.details["failed"]) == ("reader:unit-12", "ada", ["time"])
    assert "An hour" not in str(leaf.details)


@pytest.mark.clause("6.e.iv.1/missing")
def test_a_failed_check_is_told_to_the_supervisor_at_once_and_a_passed_one_to_nobody(
    ada: Person, carla: Person, reader: Reader
) -> None:
    recorded_check(ada, reader)
    assert not Notice.objects.exists()
    recorded_check(ada, reader, time="An hour late.", picture="Dark.")
    notice = Notice.objects.get()
    assert notice.to == carla
    assert "Ada Archuleta found reader unit-12" in notice.text
    assert "picture, time (OPR:50 6.e.iv.1)" in notice.text
    recorded_check(ada, reader)
    assert Notice.objects.get().settled_at, "a check that passed settles it"


@pytest.mark.clause("6.e.iv.1/missing")
def test_where_the_supervisor_is_away_the_next_above_is_told_too(
    ada: Person, carla: Person, reader: Reader
) -> None:
    hector = person("hector")
    Person.objects.filter(pk=carla.pk).update(supervisor=hector)
    Absence.objects.create(
        person=carla, begins=clock.now() - timedelta(hours=1), ends=clock.now() + timedelta(hours=9)
    )
    recorded_check(Person.objects.get(pk=ada.pk), reader, time="An hour late.")
    assert {notice.to for notice in Notice.objects.all()} == {carla, hector}


@pytest.mark.clause("6.e.iv.1/check", "6.b.i.8/scope")
def test_nobody_checks_another_units_reader_and_the_refusal_is_recorded(
    reader: Reader, recorded: Callable[[str], Leaf]
) -> None:
    ben = person("ben", unit=Unit.objects.create(name="Unit 14"))
    with pytest.raises(Refused, match="another unit"):
        recorded_check(ben, reader)
    assert not ReaderCheck.objects.exists()
    leaf = recorded("check.record")
    assert (leaf.outcome, leaf.clause, leaf.object) == ("refused", "6.e.iv.1", "reader:unit-12")


@pytest.mark.clause("6.e.iv.1/check")
def test_an_unanswered_step_is_refused(ada: Person, reader: Reader) -> None:
    with pytest.raises(Refused, match="Not answered"):
        record_check(PersonActor.of(ada), reader, {CheckStep.TIME: (True, "")}, {})


@pytest.mark.clause("6.e.iv.1/check")
def test_a_technician_checks_a_reader_that_no_unit_carries(reader: Reader) -> None:
    assign_unit(PersonActor.of(person("gloria")), reader, None)
    frank = person("frank", unit=None)
    assert recorded_check(frank, reader).by == frank


@pytest.mark.both_databases
@pytest.mark.clause("6.e.iv.1/check")
def test_no_role_alters_or_removes_a_check(ada: Person, reader: Reader) -> None:
    recorded_check(ada, reader)
    for table in (ReaderCheck._meta.db_table, CheckAnswer._meta.db_table):
        for tamper in (f"DELETE FROM {table}", f"UPDATE {table} SET id = 99"):
            refused = pytest.raises(DatabaseError, match="never altered")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(tamper)
    assert CheckAnswer.objects.count() == len(CheckStep)


@pytest.mark.clause("6.e.iv.1/check")
def test_what_the_reader_last_sent_is_known_of_it(roadside: Roadside, reader: Reader) -> None:
    late = clock.now() - timedelta(minutes=5)
    roadside.send(roadside.photo("XYZ987", shift_check=False))
    reader.refresh_from_db()
    newest = reader.last_read_at
    assert newest
    assert (reader.says_checked, reader.read_came_at is not None) == (False, True)
    assert abs(reader.clock_ahead_ms or 0) < 30_000
    roadside.send(roadside.photo("XYZ986", captured_at=late))
    reader.refresh_from_db()
    assert (reader.last_read_at, reader.says_checked, reader.reads) == (newest, False, 2)
