"""What could hang, or be forgotten, on its way to DEMS is begun anew, shown, or looked up."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from plateward.core.audit.log_reader import LogDamaged
from plateward.core.audit.models import AuditEntry as Audit
from plateward.ground import clock
from plateward.ground.links.timestamping import TimestampAway
from plateward.people.actor import PersonActor
from plateward.people.testing import signed_in
from plateward.simulators.dems import DemsMode, DemsSimulator
from plateward.work.evidence.dems import actions, integrity, sending
from plateward.work.evidence.dems.asking import look_up_leftovers
from plateward.work.evidence.dems.duties import add_step, end_uploads
from plateward.work.evidence.dems.models import FILES, Duty, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.tests.duties import NUMBER, notices_to, send_later, upload_of
from plateward.work.evidence.package.models import Package

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.a.iv/dems", "6.e.iv.4/evidence")]

WAITS = "The export waits for its timestamp."


@pytest.mark.parametrize("arrived", ["more", "whole"])
def test_what_arrived_and_can_become_no_item_is_sent_anew(
    duty: Duty, dems: DemsSimulator, monkeypatch: pytest.MonkeyPatch, arrived: str
) -> None:
    upload = upload_of(duty)
    with monkeypatch.context() as patch:
        patch.setattr(dems, "keep", lambda _: None)  # it takes all of it, and makes no item of it
        assert sending.send_packages() == 0
        if arrived == "whole":
            assert send_later(sending.TRIES_BEFORE_RESENDING - 2) == 0
            assert len(dems.begun) == 1, "it is given time"
    if arrived == "more":
        for there in dems.uploads.values():
            there.content += b"?"
    assert send_later(sending.TRIES_BEFORE_RESENDING) == 1
    assert (dems.begun, list(dems.items)) == ([str(upload.pk)] * 2, [str(upload.pk)])


@pytest.mark.parametrize("fault", [KeyError("tags"), OSError("disk")])
def test_a_fault_of_the_hub_is_shown_and_its_owner_may_begin_anew(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise fault

    actions.start_export(ada, duty, NUMBER)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "build_case_package", failing)
        assert sending.send_packages() == 0
    upload = Upload.objects.get()
    assert (upload.tries, upload.problem, upload.leased_until) == (1, "broken", None)
    actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 1


def test_a_node_that_lost_its_lease_leaves_the_other_node_s_package_alone(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.start_export(ada, duty, NUMBER)
    build, dems.cut = vars(sending)["build_case_package"], 100

    def slow(*given: Any, **named: Any) -> Any:
        """Its lease passes meanwhile, and another node makes the package, whose sending breaks."""
        monkeypatch.setattr(sending, "build_case_package", build)
        packed = build(*given, **named)
        with clock.set_to(clock.now() + sending.LEASE):
            sending.send_packages()
        return packed

    monkeypatch.setattr(sending, "build_case_package", slow)
    assert sending.send_packages() == 0
    assert send_later() == 1
    upload, [item] = Upload.objects.get(), dems.items.values()
    assert (upload.stage, sha256(item.content).hexdigest()) == ("acknowledged", upload.sha256)
    assert dems.begun == [str(upload.pk)]


def test_a_damaged_log_stops_the_hub(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: Any, **__: Any) -> None:
        raise LogDamaged("Entry 7 was altered.")

    actions.start_export(ada, duty, NUMBER)
    monkeypatch.setattr(sending, "build_case_package", damaged)
    with pytest.raises(LogDamaged):
        sending.send_packages()


def test_a_package_whose_file_is_gone_is_made_anew_under_another_reference(
    ada: PersonActor, duty: Duty, dems: DemsSimulator
) -> None:
    actions.start_export(ada, duty, NUMBER)
    dems.cut = 100
    assert sending.send_packages() == 0
    first = Upload.objects.get()
    FILES.erase(first.pk)
    with clock.set_to(first.due_at):
        assert (sending.send_packages(), Upload.objects.count()) == (0, 1), "another node may have it"
    assert send_later() == 1
    gone, made = Upload.objects.order_by("pk")
    assert (gone.pk, gone.stage, made.stage) == (first.pk, "ended", "acknowledged")
    assert dems.begun == [str(first.pk), str(made.pk)]
    assert f"GET /api/items/{first.pk}" in dems.queries[-6:], "it was asked about"


@pytest.mark.clause("6.a.iv/dems")
def test_it_waits_for_its_timestamp_but_not_for_ever(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.TSA_URL = "http://tsa.invalid"
    stamped_contents = []

    def away(content: bytes) -> None:
        stamped_contents.append(content)
        raise TimestampAway("It does not answer in time.")

    monkeypatch.setattr(sending, "timestamp_of", away)
    actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 0
    assert Upload.objects.get().problem_text == f"{WAITS} The timestamp authority is away."
    assert (send_later(1), dems.begun) == (0, [])
    assert Upload.objects.get().problem_text == f"{WAITS} It does not answer in time."
    assert send_later() == 1
    assert len(stamped_contents) == 1


@pytest.mark.parametrize("left", ["item", "part", "nothing"])
def test_what_an_ended_export_left_in_dems_is_looked_up_and_its_owner_notified(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, left: str
) -> None:
    actions.start_export(ada, duty, NUMBER)
    if left == "item":
        dems.mode = DemsMode.LOSE_ANSWER
    else:
        dems.cut = 100
    assert sending.send_packages() == 0
    end_uploads(duty)
    add_step(duty, DutyStepKind.DROPPED, ada.person)
    if left == "nothing":
        dems.uploads.clear()
    before, queries_before = notices_to(ada.person), len(dems.queries)
    assert (look_up_leftovers(), len(dems.queries)) == (0, queries_before), "a part may be on its way"
    dems.mode = DemsMode.ERROR
    with clock.set_to(clock.now() + timedelta(hours=1)):
        assert look_up_leftovers() == 0
        assert Upload.objects.get().address, "no answer says nothing"
    dems.mode = DemsMode.NORMAL
    with clock.set_to(clock.now() + timedelta(hours=2)):
        assert look_up_leftovers() == (left != "nothing")
        assert look_up_leftovers() == 0, "once"
    upload, new = Upload.objects.get(), notices_to(ada.person)[len(before) :]
    assert (upload.stage, upload.address, upload.item) == (
        "ended",
        "",
        "ITEM-2026-1001" if left == "item" else "",
    )
    words = {"item": ["item ITEM-2026-1001"], "part": ["100 bytes of an unfinished upload"], "nothing": []}[
        left
    ]
    assert len(new) == len(words)
    assert all(word in new[0] for word in words)
    assert Audit.objects.filter(event="dems.left").count() == 1


def test_what_went_without_a_timestamp_is_shown(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, settings: Any
) -> None:
    actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 1
    page, browser = duty.get_absolute_url(), signed_in(ada.person)
    settings.TSA_URL = "http://tsa.invalid"
    for waited in (False, True):
        if waited:
            now, sha256 = clock.now(), Upload.objects.get().sha256
            more = {"made_by": "person:ada", "timestamped_at": now, "tries": 1}
            Package.objects.create(alerts=[duty.alert_id], made_at=now, sha256=sha256, **more)
        assert ("No timestamp" in browser.get(page).content.decode()) is waited
        faults = [fault.problem for step in integrity.CHECKS[0].steps("") for fault in step.faults]
        assert any("without a timestamp" in problem for problem in faults) is waited
