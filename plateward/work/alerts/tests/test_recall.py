"""When an entry ends, its open alerts end, and people who saw them are notified."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import Entry, HotList
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.simulators.ncic import NcicSimulator
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts import recall
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.facts import ActKind, AlertOutcome, Stage
from plateward.work.alerts.models import Alert, Change, Recall
from plateward.work.alerts.page import actions
from plateward.work.alerts.queue.summary import summary
from plateward.work.alerts.testing import END_REASON, STORY, end_entries, verify_with_ncic

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.e.iv.3/order", "5.b/browser", "6.b.i.9/entries")
def test_it_closes_a_new_alert_and_the_queue_hears_of_it(ada: PersonActor, alert: Alert) -> None:
    before = Change.objects.count()
    end_entries(alert.entry_id)
    alert.refresh_from_db()
    assert (alert.stage, alert.recall.cause, alert.recall.why) == (Stage.CLOSED, "removal", END_REASON)
    (change,) = Change.objects.order_by("pk")[before:]
    assert not change.new
    row = summary(change.alert)
    assert row["recalled"]["why"] == END_REASON
    entry = Audit.objects.filter(event="alert.recall").latest("sequence")
    assert (entry.object, entry.actor_kind) == (f"alert:{alert.pk}", "system")
    with pytest.raises(Refused, match=r"recalled.*6\.e\.iv\.3"):
        actions.confirm(ada, alert, "ABC123", "NM")


@pytest.mark.clause("6.e.iv.3/order")
def test_what_people_recorded_stays_and_no_act_is_possible_any_more(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    actions.confirm(ada, alert, "ABC123", "NM")
    actions.observe(ada, alert, matches=True)
    verify_with_ncic(ada, alert)
    end_entries(alert.entry_id)
    alert = Alert.objects.get()
    assert alert.confirmation.plate == "ABC123"
    assert (alert.observations.count(), alert.verifications.count()) == (1, 1)
    with pytest.raises(Refused, match="recalled"):
        actions.act(ada, alert, ActKind.ENCOUNTER)
    page = signed_in(person("ada")).get(f"/alerts/{alert.pk}/").content.decode()
    assert "RECALLED: do not act on this alert" in page
    assert "Asked NCIC" in page


@pytest.mark.clause("6.e.vii/thorough")
def test_an_alert_that_was_acted_upon_stays_open_and_is_told_loudly(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    actions.confirm(ada, alert, "ABC123", "NM")
    actions.observe(ada, alert, matches=True)
    verify_with_ncic(ada, alert)
    actions.act(ada, alert, ActKind.ENCOUNTER)
    end_entries(alert.entry_id)
    alert = Alert.objects.get()
    assert (alert.stage, alert.recall.closes) == (Stage.ACTED, False)
    assert "ACTION WAS TAKEN: notify the units at the vehicle" in Notice.objects.get(to__username="ada").text
    browser = signed_in(person("ada"))
    assert "Notify the units at the vehicle now" in browser.get(f"/alerts/{alert.pk}/").content.decode()
    with pytest.raises(Refused, match="recalled"):
        actions.act(ada, alert, ActKind.ENFORCEMENT)
    # An arrest under way when the recall came is reported, though it could not be recorded as begun.
    account = DispositionAccount(
        AlertOutcome.ENFORCEMENT, STORY, (EnforcementAction(EnforcementKind.ARREST),), persons_stopped=1
    )
    dispose(ada, alert, account)
    assert Alert.objects.get().stage == Stage.CLOSED


@pytest.mark.both_databases
def test_a_recall_cannot_be_altered_or_removed(alert: Alert) -> None:
    end_entries(alert.entry_id)
    for statement in ("UPDATE alerts_recall SET why = 'never mind'", "DELETE FROM alerts_recall"):
        refused = pytest.raises(DatabaseError, match="never altered")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Recall.objects.get().why == END_REASON


def test_everyone_who_saw_it_is_told_and_nobody_else(ada: PersonActor, alert: Alert) -> None:
    person("ben"), person("dario")
    signed_in(person("elena")).get(f"/alerts/{alert.pk}/")
    actions.confirm(ada, alert, "ABC123", "NM")
    end_entries(alert.entry_id)
    notices = Notice.objects.values_list("to__username", "text")
    assert {name for name, _ in notices} == {"ada", "elena"}
    for _, text in notices:
        assert text.startswith(f"RECALLED: alert {alert.pk} (Stolen vehicle, NCIC).")
        assert "ABC123" not in text


def test_a_closed_alert_stays_as_it_was(ada: PersonActor, alert: Alert) -> None:
    dispose(ada, alert, DispositionAccount(AlertOutcome.NOT_LOCATED, STORY))
    end_entries(alert.entry_id)
    assert recall.recall_lapsed() == 0
    assert not Recall.objects.exists()


@pytest.mark.both_databases
def test_an_alert_is_recalled_once(alert: Alert) -> None:
    end_entries(alert.entry_id)
    end_entries(alert.entry_id)
    assert recall.recall_lapsed() == 0
    assert Recall.objects.count() == 1


@pytest.mark.clause("6.e.iv.3/order")
def test_a_load_without_the_plate_recalls_it_and_one_that_changes_its_line_does_not(alert: Alert) -> None:
    load_hotlist("ABC123,NM,stolen_vehicle,low")
    assert recall.recall_lapsed() == 0
    load_hotlist("XYZ987")
    assert recall.recall_lapsed() == 1
    assert Alert.objects.get().recall.cause == "load"


@pytest.mark.clause("6.e.iv.3/order")
def test_expiry_and_retirement_recall_too(alert: Alert) -> None:
    soon = clock.now() + timedelta(minutes=5)
    Entry.objects.update(expires_at=soon)
    assert recall.recall_lapsed() == 0
    with clock.set_to(soon):
        assert recall.recall_lapsed() == 1
    assert Alert.objects.get().recall.cause == "expiry"
    load_hotlist("GHY851", name="Other")
    reader = enroll_reader("unit-14", "Unit 14 rear")
    reader.send(reader.photo("GHY851"))
    HotList.objects.filter(name="Other").update(retired_at=clock.now())
    assert recall.recall_lapsed() == 1
    assert Recall.objects.latest("pk").cause == "retired"


def test_entries_without_an_alert_end_in_silence(alert: Alert) -> None:
    end_entries(*(UUID(int=number) for number in range(100_000)))
    assert not Recall.objects.exists()
