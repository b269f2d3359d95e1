"""An export does not go on for somebody who may no longer make it, nor with reads that were destroyed."""

from collections.abc import Callable

import pytest
from django.utils.html import escape

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.reads.store.away import DayLost, DayUnfinished
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access.models import Access, Suspension
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import acting, person, signed_in
from plateward.simulators.dems import DemsMode, DemsSimulator
from plateward.work.alerts.testing import make_covert
from plateward.work.evidence import waiting_file
from plateward.work.evidence.dems import actions, sending, stopping
from plateward.work.evidence.dems.models import FILES, Duty, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.tests.duties import (
    NUMBER,
    notices_to,
    record_export,
    send_later,
    step_kinds,
    upload_of,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.a.iv/dems", "6.a.iv/overdue", "6.e.iv.4/evidence", "6.c.ii/cases"),
]


def suspend(duty: Duty) -> None:
    Suspension.objects.create(
        person=duty.by, kind="leave", reason="Ill.", begins=clock.now(), begun_by="test"
    )


def end_access(duty: Duty) -> None:
    Access.objects.filter(person=duty.by).update(ends=clock.now())


def hide_alert(duty: Duty) -> None:
    """Its list becomes covert, and the officer is not in its audience."""
    del duty
    make_covert("carla")


@pytest.mark.clause("6.b.i.8/scope")
@pytest.mark.parametrize("lose_access", [suspend, end_access, hide_alert])
@pytest.mark.parametrize("sent", [0, 5_999])
def test_what_was_begun_stops_when_its_officer_loses_access_and_a_supervisor_goes_on(
    ada: PersonActor,
    duty: Duty,
    dems: DemsSimulator,
    chain: list[Person],
    monkeypatch: pytest.MonkeyPatch,
    lose_access: Callable[[Duty], None],
    sent: int,
) -> None:
    monkeypatch.setattr(waiting_file, "PIECE", 6_000)
    actions.start_export(ada, duty, NUMBER)
    if sent:
        dems.cut = sent
        assert sending.send_packages() == 0
    lose_access(duty)
    begun_before = len(dems.begun)
    assert send_later(2) == 0
    upload = Upload.objects.get()
    assert (upload.stage, upload.key, len(dems.begun)) == ("ended", None, begun_before)
    assert not FILES.kept(), "nothing of it stays here"
    assert "may no longer see the alert, or has no access now" in upload.problem_text
    assert (step_kinds(duty), Duty.objects.open().get()) == (["started", "stopped"], duty)
    carla = chain[0]
    assert "stopped" in notices_to(carla)[-1]
    assert not any("stopped" in text for text in notices_to(ada.person))
    page = signed_in(carla).get(duty.get_absolute_url()).content.decode()
    assert "Export stopped" in page
    assert str(escape(upload.problem_text)) in page
    refused = Audit.objects.get(event="dems.send", outcome="refused").leaf
    assert refused is not None
    assert refused.clause == "6.c.ii"
    actions.start_export(PersonActor.of(carla), duty, NUMBER)
    assert send_later(1) == 1
    assert (len(dems.items), step_kinds(duty)[-1]) == (1, "accepted")


def test_where_nobody_above_can_go_on_the_administrators_are_notified(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, chain: list[Person]
) -> None:
    gloria = person("gloria")
    actions.start_export(ada, duty, NUMBER)
    Access.objects.filter(person__in=[ada.person, *chain]).update(ends=clock.now())
    assert (send_later(1), dems.begun) == (0, [])
    assert "stopped" in notices_to(gloria)[-1]


def test_what_dems_has_already_is_acknowledged_whoever_began_it(
    ada: PersonActor, duty: Duty, dems: DemsSimulator
) -> None:
    dems.mode = DemsMode.LOSE_ANSWER
    actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 0
    assert dems.items
    suspend(duty)
    dems.mode = DemsMode.NORMAL
    assert send_later(1) == 1


def test_nobody_begins_an_export_of_an_alert_that_they_no_longer_see(
    ada: PersonActor, duty: Duty, dems: DemsSimulator
) -> None:
    hide_alert(duty)
    with pytest.raises(Refused, match="may no longer see the alert"):
        actions.start_export(ada, duty, NUMBER)
    assert not Upload.objects.exists()
    actions.start_export(acting("carla"), duty, NUMBER)


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
@pytest.mark.parametrize("recorded", [True, False])
def test_an_export_ends_with_its_reads(
    ada: PersonActor,
    duty: Duty,
    dems: DemsSimulator,
    chain: list[Person],
    monkeypatch: pytest.MonkeyPatch,
    *,
    recorded: bool,
) -> None:
    """Also where a killed run has not recorded yet what it destroyed."""
    dems.cut = 100
    actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 0
    assert FILES.kept()
    if recorded:
        assert stopping.end_with([duty.keys[0].id]) == 1
        assert stopping.end_with([duty.keys[0].id]) == 0
        assert Audit.objects.filter(event="dems.send").latest("pk").outcome == "done"
    else:
        monkeypatch.setattr(stopping, "count_kept", lambda _: 0)
    assert send_later(1) == 0
    upload = Upload.objects.get()
    assert (upload.stage, upload.key, upload.problem_text) == ("ended", None, stopping.GONE)
    assert not FILES.kept()
    assert len(dems.begun) == 1
    assert duty.standing.kind == DutyStepKind.STOPPED
    for concerned in (ada.person, chain[0]):
        assert "Reads of this package were destroyed" in notices_to(concerned)[-1]


@pytest.mark.clause("6.e.iv.4/overdue")
@pytest.mark.parametrize("confirmed", [True, False])
def test_what_was_exported_by_hand_meanwhile_is_not_due_again(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, monkeypatch: pytest.MonkeyPatch, *, confirmed: bool
) -> None:
    actions.start_export(ada, duty, NUMBER)
    monkeypatch.setattr(actions, "client", lambda: None)
    record_export(ada, duty)
    assert not Upload.objects.under_way().exists(), "a hub that is connected again does not send it, too"
    if confirmed:
        actions.confirm_export(acting("carla"), duty, duty.standing.last)
    before, upload = step_kinds(duty), upload_of(duty)  # one that went on beside it
    assert stopping.end_with([duty.keys[0].id]) == 1
    upload.refresh_from_db()
    assert (upload.stage, upload.problem_text) == ("ended", stopping.GONE)
    assert step_kinds(duty) == before
    assert not any("stopped" in text for text in notices_to(ada.person))
    assert "Export stopped" not in signed_in(ada.person).get(duty.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("error", "done"), [(DayLost, 1), (DayUnfinished, 0)])
def test_what_is_packed_goes_on_when_its_day_is_lost(
    ada: PersonActor,
    duty: Duty,
    dems: DemsSimulator,
    monkeypatch: pytest.MonkeyPatch,
    error: type[DayLost],
    done: int,
) -> None:
    """It is perhaps all that is left of the reads; not so while what was kept is put in its place."""
    dems.cut = 100
    actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 0

    def lost(_: object) -> int:
        raise error(duty.keys[0].day)

    monkeypatch.setattr(stopping, "count_kept", lost)
    assert send_later(1) == done
    assert Upload.objects.under_way().exists() != bool(done)


@pytest.mark.clause("6.b.i.8/scope")
def test_who_may_not_export_is_not_notified_of_destroyed_reads(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, chain: list[Person]
) -> None:
    actions.start_export(ada, duty, NUMBER)
    end_access(duty)
    assert stopping.end_with([duty.keys[0].id]) == 1
    assert "stopped" in notices_to(chain[0])[-1]
    assert not any("stopped" in text for text in notices_to(ada.person))
