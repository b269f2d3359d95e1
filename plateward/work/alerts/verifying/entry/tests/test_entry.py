"""A BOLO that NCIC lacks: it stays open, its unit is asked, and the Chief decides if that suffices."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.field.hotlists.administration.actions import revoke_basis, set_basis
from plateward.field.hotlists.models import Entry, HotList
from plateward.field.hotlists.requests.models import Request
from plateward.field.hotlists.requests.testing import Force
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person, signed_in
from plateward.simulators.ncic import NcicSimulator, RecordOnFile
from plateward.work.alerts.facts import ActKind, AlertOutcome, Stage
from plateward.work.alerts.models import Act, Alert
from plateward.work.alerts.outcomes.counting import progress_of
from plateward.work.alerts.outcomes.rules import count_absent, entries_on_file
from plateward.work.alerts.overrides import actions as overrides
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.testing import allow_overrides
from plateward.work.alerts.verifying.asking import services
from plateward.work.alerts.verifying.asking.actions import ask_ncic
from plateward.work.alerts.verifying.entry import actions
from plateward.work.alerts.verifying.models import EntryReferral
from plateward.work.alerts.verifying.rules import ANSWER_WITHIN
from plateward.work.alerts.verifying.tests.conftest import ORI

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.iv.3/ncic")]
LAW = "NMSA 1978, 29-1-1, and counsel’s opinion of May 4, 2026."
GONE = "The store has the goods back and dropped the charge."


def asks_ncic(actor: PersonActor, alert: Alert) -> None:
    ask_ncic(actor, alert, services.switch(), ORI)


def suffices(force: Force) -> None:
    set_basis(PersonActor.of(force.hector), force.list, LAW)


def encounter(actor: PersonActor, alert: Alert) -> None:
    steps.act(actor, alert, ActKind.ENCOUNTER)


def stage(alert: Alert) -> str:
    alert.refresh_from_db()
    return alert.stage


@pytest.mark.clause("5.g/maybe", "5.h/query")
def test_no_record_leaves_an_own_entry_s_alert_open_for_information(
    ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    asks_ncic(ben, alert)
    assert stage(alert) == Stage.NOT_VERIFIED
    assert not hasattr(alert, "denial")
    assert alert.verifications.get().verbatim, "NCIC's answer is kept"
    with pytest.raises(Refused, match="For information only: do not stop on this") as refused:
        encounter(ben, alert)
    assert "The Chief can allow it" in refused.value.refusal.help
    page = signed_in(ben.person).get(f"/alerts/{alert.pk}/").content.decode()
    assert "do not stop on" in page
    assert "Only the Chief can accept the unit’s confirmation" in page


def test_without_the_chief_s_setting_the_unit_s_word_carries_no_encounter(
    ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    asks_ncic(ben, alert)
    actions.answer_request(acting("ada"), alert, active=True)
    assert stage(alert) == Stage.NOT_VERIFIED
    with pytest.raises(Refused, match="For information only"):
        encounter(ben, alert)
    assert not Act.objects.exists()


def test_with_it_a_fresh_word_of_the_unit_carries_one(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    suffices(force)
    actions.ask_entering_unit(ben, alert)
    actions.answer_request(acting("ada"), alert, active=True)
    with pytest.raises(Refused, match="not verified"):
        encounter(ben, alert)  # NCIC is asked anyway
    asks_ncic(ben, alert)
    assert stage(alert) == Stage.VERIFIED
    with clock.set_to(clock.now() + timedelta(minutes=16)), pytest.raises(Refused, match="16 minutes old"):
        encounter(ben, alert)
    encounter(ben, alert)
    assert stage(alert) == Stage.ACTED


def test_revoked_it_carries_none_for_the_open_alert_either(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    suffices(force)
    asks_ncic(ben, alert)
    actions.answer_request(acting("ada"), alert, active=True)
    revoke_basis(PersonActor.of(force.hector), force.list, "Counsel has withdrawn the opinion.")
    with pytest.raises(Refused, match="For information only"):
        encounter(ben, alert)


def test_an_entry_that_names_an_ncic_record_needs_ncic_s_hit_on_whatever_list(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    suffices(force)
    Entry.objects.update(nic="V000000001")
    asks_ncic(ben, alert)
    assert stage(alert) == Stage.CLOSED
    assert alert.denial.cause == "no_record"


def test_two_people_stand_for_it(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    suffices(force)
    asks_ncic(ben, alert)
    with pytest.raises(Refused, match="You cannot confirm an entry for your own stop"):
        actions.answer_request(ben, alert, active=True)
    with pytest.raises(Refused, match="not in the entering unit"):
        actions.answer_request(acting("dario"), alert, active=True) if person("dario", unit=None) else None
    ada = acting("ada")
    actions.answer_request(ada, alert, active=True)
    with pytest.raises(Refused, match="You confirmed that this entry"):
        encounter(ada, alert)
    encounter(ben, alert)


@pytest.mark.both_databases
def test_it_is_asked_by_itself_of_the_unit_and_of_dispatch_and_goes_up_when_nobody_answers(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    at = clock.now()
    with clock.set_to(at):
        asks_ncic(ben, alert)
        asks_ncic(ben, alert)  # asked only once
    names = [referral.to.username for referral in EntryReferral.objects.all() if referral.to]
    assert {"ada", "elena"} <= set(names)
    assert "ben" not in names
    assert "IS THIS ENTRY ACTIVE" in Notice.objects.filter(to=force.ada).latest("pk").text
    EntryReferral.objects.all()
    later = at + ANSWER_WITHIN - timedelta(seconds=1)
    with clock.set_to(later):
        assert actions.escalate_due() == 0
    with clock.set_to(at + ANSWER_WITHIN):
        assert (actions.escalate_due(), actions.escalate_due()) == (1, 0)
    last = EntryReferral.objects.latest("pk")
    assert last.to in (force.laura, None)
    with clock.set_to(at + 5 * ANSWER_WITHIN):
        for _ in range(5):
            actions.escalate_due()
        assert actions.escalate_due() == 0, "it ends at the end of the chain"
    answer = signed_in(person("elena")).post(
        f"/alerts/{alert.pk}/entry/answer", {"active": "yes"}, follow=True
    )
    assert "The entry is active" in answer.content.decode()
    assert not actions.open_request(alert)


@pytest.mark.clause("6.f.i.1/removal")
def test_no_longer_active_ends_the_alert_and_asks_for_the_entry_s_removal(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    suffices(force)
    asks_ncic(ben, alert)
    ada = acting("ada")
    with pytest.raises(Refused, match="too short"):
        actions.answer_request(ada, alert, active=False, reason="gone")
    removal = actions.answer_request(ada, alert, active=False, reason=GONE)
    assert stage(alert) == Stage.CLOSED
    assert (alert.denial.cause, alert.denial.closes) == ("inactive", True)
    assert removal == Request.objects.get(kind="remove", state="waiting")
    assert removal.last.narrative == GONE
    assert Entry.objects.in_force().exists(), "a supervisor decides that"
    assert (
        "NO LONGER ACTIVE" in Notice.objects.filter(to=ben.person, text__contains="says that its").get().text
    )
    [end] = progress_of(Alert.objects.all(), alert.arrived_at)
    assert (end.outcome, end.verdict) == (AlertOutcome.STALE, False)


def test_of_dispatch_s_no_the_entering_officer_is_told_to_ask_for_the_removal(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    asks_ncic(ben, alert)
    assert actions.answer_request(acting("elena"), alert, active=False, reason=GONE) is None
    assert stage(alert) == Stage.CLOSED
    assert "Request its removal" in Notice.objects.filter(to=force.ada).latest("pk").text


def test_acted_upon_a_no_leaves_it_open_and_loud(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    suffices(force)
    asks_ncic(ben, alert)
    actions.answer_request(acting("ada"), alert, active=True)
    encounter(ben, alert)
    actions.ask_entering_unit(ben, alert)
    actions.answer_request(acting("ada"), alert, active=False, reason=GONE)
    assert stage(alert) == Stage.ACTED
    assert not alert.denial.closes


def test_imminent_danger_lifts_no_word_that_it_is_no_longer_active(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    suffices(force)
    asks_ncic(ben, alert)
    actions.answer_request(acting("ada"), alert, active=True)
    encounter(ben, alert)
    actions.ask_entering_unit(ben, alert)
    actions.answer_request(acting("ada"), alert, active=False, reason=GONE)
    allow_overrides()
    with pytest.raises(Refused, match="no longer active"):
        overrides.override(ben, alert, "The driver is ramming parked cars on Central Avenue at noon.")


def test_its_word_settles_a_doubt_that_the_entry_is_stale(
    force: Force, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    from plateward.work.alerts.confirming.actions import record_fault
    from plateward.work.alerts.facts import FaultKind

    suffices(force)
    asks_ncic(ben, alert)
    record_fault(ben, alert, FaultKind.STALE)
    with pytest.raises(Refused, match="should no longer be on the list"):
        encounter(ben, alert)
    actions.answer_request(acting("ada"), alert, active=True)
    encounter(ben, alert)


def test_not_in_ncic_is_counted_apart_from_wrong(
    bolo: HotList, ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    asks_ncic(ben, alert)
    since = alert.arrived_at
    [end] = progress_of(Alert.objects.all(), since)
    assert (end.verdict, end.absent, end.verified_at) == (None, True, alert.verifications.get().at)
    assert (entries_on_file([end]).of, count_absent([end])) == (0, 1)
    actions.answer_request(acting("ada"), alert, active=True)
    [end] = progress_of(Alert.objects.all(), since)
    assert (entries_on_file([end]).right, entries_on_file([end]).of, count_absent([end])) == (1, 1, 1)
    page = signed_in(person("gloria")).get("/alerts/outcomes/").content.decode()
    assert "Own, not in NCIC" in page


def test_a_hit_of_ncic_verifies_an_own_entry_without_anybody_s_word(
    ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    simulator.records.append(RecordOnFile("BKT419", "NM", nic="V000000009", ori="TX0000000"))
    asks_ncic(ben, alert)
    assert not actions.open_request(alert)
    encounter(ben, alert)


@pytest.mark.both_databases
def test_who_was_asked_and_what_was_answered_cannot_be_altered(
    ben: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    asks_ncic(ben, alert)
    actions.answer_request(acting("ada"), alert, active=True)
    for table in ("entryrequest", "entryreferral", "entryanswer"):
        with (
            pytest.raises(DatabaseError, match="never altered or removed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM alerts_{table}")
