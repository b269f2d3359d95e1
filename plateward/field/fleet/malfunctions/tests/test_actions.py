"""Malfunctions are notified at once, and only people whom the administrator authorized repair them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.leaf import Leaf
from plateward.field.fleet.checks.standings import standing_at
from plateward.field.fleet.malfunctions import actions
from plateward.field.fleet.malfunctions.models import (
    Authorization,
    Ending,
    Malfunction,
    Modification,
    Repair,
)
from plateward.field.fleet.models import Reader
from plateward.field.fleet.testing import recorded_check
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import person

pytestmark = pytest.mark.django_db
DONE = "Changed the cable of the camera."


def report(by: Person, reader: Reader, *what: str, severity: str = "limited") -> Malfunction:
    return actions.report_malfunction(
        PersonActor.of(by), reader, what or ("picture",), severity, "It is dark since noon."
    )


def repair(
    by: Person,
    malfunction: Malfunction,
    outcome: str = "repaired",
    replacement: str = "",
    vendor: Authorization | None = None,
) -> Repair:
    actor = PersonActor.of(by)
    return actions.record_repair(actor, malfunction, DONE, "Cable", outcome, replacement, vendor=vendor)


def modify(by: Person, reader: Reader | None, vendor: Authorization | None = None) -> Modification:
    return actions.record_modification(PersonActor.of(by), reader, DONE, "", vendor=vendor)


@pytest.fixture
def gloria() -> Person:
    return person("gloria")


@pytest.fixture
def frank(gloria: Person) -> Person:
    """A technician authorized by the administrator."""
    technician = person("frank")
    actions.authorize_technician(PersonActor.of(gloria), technician, "", "Trained by the maker.")
    Notice.objects.all().delete()
    return technician


@pytest.mark.clause("6.e.iv.2/report", "6.f.i.2/on", "6.b.i.9/entries")
def test_a_malfunction_is_told_to_the_supervisor_and_the_administrators_at_once(
    ada: Person, carla: Person, gloria: Person, reader: Reader, recorded: Callable[[str], Leaf]
) -> None:
    made = report(ada, reader, "time", "picture")
    assert {notice.to for notice in Notice.objects.all()} == {carla, gloria}
    text = Notice.objects.get(to=carla).text
    assert "Ada Archuleta reports a malfunction of reader unit-12" in text
    assert "picture, time" in text
    leaf = recorded("malfunction.report")
    assert (leaf.object, leaf.actor_id, leaf.details["notified"]) == (
        "reader:unit-12",
        "ada",
        ["carla", "gloria"],
    )
    assert "dark" not in str(leaf.details)
    reader.refresh_from_db()
    assert (reader.malfunction, reader.malfunction_at) == ("picture, time", made.at)


@pytest.mark.clause("6.e.iv.2/report")
def test_where_the_reporter_has_no_supervisor_who_leads_the_unit_is_told(
    ada: Person, carla: Person, gloria: Person, reader: Reader
) -> None:
    report(person("frank", unit=None), reader)
    assert {notice.to for notice in Notice.objects.all()} == {carla, gloria}


@pytest.mark.clause("6.e.iv.2/repairs")
def test_a_repair_by_another_is_refused_and_the_refusal_is_on_the_log(
    ada: Person, carla: Person, gloria: Person, reader: Reader, recorded: Callable[[str], Leaf]
) -> None:
    made = report(ada, reader)
    not_authorized = person("frank")
    for by in (ada, carla, gloria, not_authorized):
        with pytest.raises(Refused, match=r"6\.e\.iv\.2"):
            repair(by, made)
        leaf = recorded("repair.record")
        assert (leaf.outcome, leaf.clause, leaf.actor_id) == ("refused", "6.e.iv.2", by.username)
        assert leaf.object == "reader:unit-12"
    assert not Repair.objects.exists()


@pytest.mark.clause("6.e.iv.2/repairs")
def test_an_authorized_technician_repairs_it_and_a_check_is_asked_for(
    ada: Person, carla: Person, gloria: Person, frank: Person, reader: Reader
) -> None:
    recorded_check(ada, reader)
    made = report(ada, reader)
    reported = Notice.objects.filter(text__contains="reports a malfunction")
    done = repair(frank, made, "not_yet")
    assert {malfunction.settled_at for malfunction in reported} == {None}, "it still does not work"
    assert Malfunction.objects.open().get() == made
    assert "still does not work" in Notice.objects.get(to=ada).text
    done = repair(frank, made)
    assert None not in {malfunction.settled_at for malfunction in reported.all()}
    assert (done.by, done.under.person, done.done, done.parts) == (frank, frank, DONE, "Cable")
    assert not Malfunction.objects.open().exists()
    assert {notice.to for notice in Notice.objects.filter(text__contains="works again")} == {
        ada,
        carla,
        gloria,
    }
    assert "Do the start-of-shift check" in Notice.objects.filter(to=ada).first().text  # type: ignore[union-attr]
    reader.refresh_from_db()
    assert (reader.malfunction, reader.malfunction_at, reader.repaired_at) == ("", None, done.at)
    assert standing_at(reader, clock.now()).text == "No start-of-shift check"
    recorded_check(ada, reader)
    assert standing_at(reader, clock.now()).text == ""
    with pytest.raises(Refused, match="already repaired"):
        repair(frank, made)


@pytest.mark.clause("6.e.iv.2/repairs")
def test_what_else_is_broken_stays_broken(ada: Person, frank: Person, reader: Reader) -> None:
    first, second = report(ada, reader), report(ada, reader, "damage")
    repair(frank, first)
    reader.refresh_from_db()
    assert (reader.malfunction, reader.malfunction_at) == ("damage", second.at)


@pytest.mark.clause("6.e.iv.2/repairs")
def test_a_repair_by_a_vendor_is_recorded_under_its_authorization(
    ada: Person, gloria: Person, frank: Person, reader: Reader
) -> None:
    vendor = actions.authorize_technician(
        PersonActor.of(gloria), None, "Ridgeline Optics", "Contract 26-114."
    )
    done = repair(frank, report(ada, reader), vendor=vendor)
    assert (done.by, str(done.under)) == (frank, "Ridgeline Optics")
    actions.end_authorization(PersonActor.of(gloria), vendor, "The contract is over.")
    again = report(ada, reader)
    with pytest.raises(Refused, match="has not authorized"):
        repair(frank, again, vendor=vendor)
    with pytest.raises(Refused, match="has not authorized"):  # not under another person's authorization
        repair(person("frank"), again, vendor=Authorization.objects.get(person=frank))


@pytest.mark.clause("6.e.iv.2/repairs", "6.b.i.9/entries")
def test_who_may_repair_is_the_administrators_recorded_act(
    ada: Person, gloria: Person, reader: Reader, recorded: Callable[[str], Leaf]
) -> None:
    frank = person("frank")
    made = actions.authorize_technician(PersonActor.of(gloria), frank, "", "Trained by the maker.")
    leaf = recorded("technician.authorize")
    assert (leaf.object, leaf.actor_id, leaf.reason) == ("person:frank", "gloria", "Trained by the maker.")
    assert Notice.objects.get(to=frank)
    with pytest.raises(Refused, match="already authorized"):
        actions.authorize_technician(PersonActor.of(gloria), frank, "", "Trained by the maker.")
    with pytest.raises(Refused, match="IT Support role"):
        actions.authorize_technician(PersonActor.of(gloria), ada, "", "Handy with cameras.")
    actions.end_authorization(PersonActor.of(gloria), made, "Moved to another bureau.")
    assert recorded("technician.end").reason == "Moved to another bureau."
    with pytest.raises(Refused, match="has not authorized"):
        repair(frank, report(ada, reader))
    with pytest.raises(Refused, match="already ended"):
        actions.end_authorization(PersonActor.of(gloria), made, "Moved to another bureau.")
    assert actions.authorize_technician(PersonActor.of(gloria), frank, "", "Came back from there.")


@pytest.mark.clause("6.e.iv.2/repairs")
def test_whoever_has_the_role_no_more_repairs_nothing(ada: Person, frank: Person, reader: Reader) -> None:
    made = report(ada, reader)
    Person.objects.filter(pk=frank.pk).update(role="auditor")
    with pytest.raises(Refused, match="not a technician"):
        repair(Person.objects.get(pk=frank.pk), made)


@pytest.mark.clause("6.e.iv.2/report")
def test_a_failed_check_is_reported_once_in_its_own_words(ada: Person, reader: Reader) -> None:
    check = recorded_check(ada, reader, plate="Reads O for 0.", alarm="Silent.")
    made = actions.report_check(PersonActor.of(ada), check)
    assert (made.what, made.words, made.found_by) == (
        ["plates", "alarm"],
        "Plates: Reads O for 0.\nAlarm: Silent.",
        check,
    )
    with pytest.raises(Refused, match="already reported"):
        actions.report_check(PersonActor.of(ada), check)
    with pytest.raises(Refused, match="is broken"):
        actions.report_check(PersonActor.of(ada), recorded_check(ada, reader))


@pytest.mark.clause("6.e.iv.2/repairs", "6.b.i.9/entries")
def test_a_modification_by_another_is_refused_and_the_refusal_is_on_the_log(
    ada: Person, carla: Person, gloria: Person, reader: Reader, recorded: Callable[[str], Leaf]
) -> None:
    for by in (ada, carla, gloria, person("frank")):
        for what, about in ((reader, "reader:unit-12"), (None, "system")):
            with pytest.raises(Refused, match=r"6\.e\.iv\.2"):
                modify(by, what)
            leaf = recorded("modification.record")
            assert (leaf.outcome, leaf.clause, leaf.actor_id, leaf.object) == (
                "refused", "6.e.iv.2", by.username, about,
            )  # fmt: skip
    assert not Modification.objects.exists()


@pytest.mark.clause("6.e.iv.2/repairs")
def test_an_authorized_technician_modifies_a_reader_which_then_needs_a_check(
    ada: Person, gloria: Person, frank: Person, reader: Reader
) -> None:
    recorded_check(ada, reader)
    made = modify(frank, reader)
    assert (made.reader, made.under.person, made.done) == (reader, frank, DONE)
    assert "Frank Fierro modified reader unit-12" in Notice.objects.get(to=gloria).text
    reader.refresh_from_db()
    assert standing_at(reader, clock.now()).text == "No start-of-shift check"
    vendor = actions.authorize_technician(
        PersonActor.of(gloria), None, "Ridgeline Optics", "Contract 26-114."
    )
    assert str(modify(frank, None, vendor).under) == "Ridgeline Optics"
    actions.end_authorization(PersonActor.of(gloria), vendor, "The contract is over.")
    with pytest.raises(Refused, match="has not authorized this modification"):
        modify(frank, None, vendor)
    Reader.objects.update(revoked_at=clock.now())
    with pytest.raises(Refused, match="revoked"):
        modify(frank, reader)


@pytest.mark.clause("6.f.i.2/repaired")
def test_a_reader_that_is_replaced_names_the_unit_in_its_place(
    ada: Person, frank: Person, reader: Reader
) -> None:
    made = report(ada, reader)
    with pytest.raises(Refused, match="replaced it is not named"):
        repair(frank, made, "replaced", "--")
    done = repair(frank, made, "replaced", "Kestrel K4, serial 10022")
    assert done.outcome_text == "Replaced by Kestrel K4, serial 10022"
    assert "replaced by Kestrel K4, serial 10022" in Notice.objects.filter(to=ada).latest("pk").text
    assert not Malfunction.objects.open().exists()


@pytest.mark.clause("6.f.i.2/repaired")
@pytest.mark.parametrize(("severity", "days"), [("out", 1), ("limited", 3), ("minor", 14)])
def test_what_is_not_repaired_in_its_time_goes_up_the_chain_of_command(
    ada: Person, carla: Person, gloria: Person, frank: Person, reader: Reader, severity: str, days: int
) -> None:
    hector = person("hector")
    made = report(ada, reader, severity=severity)
    due, day = made.at + timedelta(days=days), timedelta(days=1)
    assert made.due_at == due
    Notice.objects.all().delete()
    with clock.set_to(due):
        assert actions.remind() == 0, "it is still in time"
    with clock.set_to(due + timedelta(minutes=1)):
        assert (actions.remind(), actions.remind()) == (1, 0), "once"
        reminders = Notice.objects.filter(kind="malfunction.remind", settled_at=None)
        assert {notice.to for notice in reminders} == {carla, gloria, frank, hector}, "Carla has nobody above"
        assert "OVERDUE" in reminders[0].text
        assert "6.f.i.2" in reminders[0].text
    with clock.set_to(due + day + timedelta(minutes=2)):
        assert actions.remind() == 1, "again each day"
        assert reminders.count() == 4, "the newer replaces the older"
        repair(frank, made)
        assert not reminders.all().exists()
    with clock.set_to(due + 3 * day):
        assert actions.remind() == 0


@pytest.mark.clause("6.f.i.2/repaired")
def test_each_week_one_more_of_the_chain_of_command_hears_of_it(
    ada: Person, carla: Person, gloria: Person, reader: Reader
) -> None:
    chain = [carla]
    for name in ("dario", "ben", "jack"):  # whatever they are: here they lead
        chain.append(person(name))
        chain[-2].supervisor = chain[-1]
        chain[-2].save(update_fields=["supervisor"])
    due = report(ada, reader).due_at
    for weeks, heard in ((0, 2), (1, 3), (2, 4)):
        with clock.set_to(due + timedelta(weeks=weeks, minutes=1)):
            actions.remind()
            open_ones = Notice.objects.filter(kind="malfunction.remind", settled_at=None)
            assert {notice.to for notice in open_ones} >= {gloria, *chain[:heard]}
            assert not {notice.to for notice in open_ones} & set(chain[heard:])


@pytest.mark.both_databases
@pytest.mark.clause("6.e.iv.2/report", "6.e.iv.2/repairs")
def test_no_role_alters_or_removes_what_is_on_record(
    ada: Person, gloria: Person, frank: Person, reader: Reader
) -> None:
    repair(frank, report(ada, reader))
    modify(frank, None)
    actions.end_authorization(PersonActor.of(gloria), Authorization.objects.get(), "Moved to another bureau.")
    for kind in (Authorization, Ending, Malfunction, Modification, Repair):
        table = kind._meta.db_table
        for tamper in (f"DELETE FROM {table}", f"UPDATE {table} SET id = 99"):
            refused = pytest.raises(DatabaseError, match="never altered")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(tamper)
        assert kind.objects.exists()
