"""What the hub sends to DEMS arrives there once, whatever fails on the way, and is asked about afterward."""

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest.mock import Mock
from zipfile import ZipFile

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.core.jobs.lease import take
from plateward.core.pages.models import ExportStop
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import DayLost, StoreAway
from plateward.ground import clock
from plateward.ground.links.dems import DemsAcknowledgment, DemsAway, DemsRefused
from plateward.ground.links.dems_tus import TusDems
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.simulators.dems import DemsMode, DemsSimulator
from plateward.testing.served import dems as served
from plateward.work.alerts.closing import actions as closing
from plateward.work.alerts.models import Act, Alert, Disposition
from plateward.work.alerts.stored import NOT_ANSWERED, StoreAnswer
from plateward.work.evidence import waiting_file
from plateward.work.evidence.dems import actions, asking, sending
from plateward.work.evidence.dems.duties import add_step
from plateward.work.evidence.dems.evidence import facts
from plateward.work.evidence.dems.integrity import CHECKS
from plateward.work.evidence.dems.models import FILES, Duty, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.tests.duties import (
    NUMBER,
    TALKED,
    TOWED,
    WRONG,
    notices_to,
    record_export,
    send_later,
    step_kinds,
    upload_of,
)
from plateward.work.evidence.package.models import Package
from plateward.work.evidence.waiting_file import WaitingFile, WaitingFiles

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.a.iv/dems", "6.e.iv.4/evidence")]


@pytest.mark.both_databases
def test_an_export_ends_the_duty_when_dems_acknowledges_our_own_bytes(
    ada: PersonActor, duty: Duty, dems: DemsSimulator
) -> None:
    actions.start_export(ada, duty, NUMBER)
    assert Duty.objects.open().exists()
    with pytest.raises(Refused, match="under way"):
        actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 1
    upload, [item] = Upload.objects.get(), dems.items.values()
    assert (upload.stage, upload.item, upload.key) == ("acknowledged", item.id, None)
    assert hashlib.sha256(item.content).hexdigest() == upload.sha256
    tags = {name: item.metadata[name] for name in ("case_number", "alert", "reference", "submitted_by")}
    assert tags == {
        "case_number": NUMBER,
        "alert": str(duty.alert_id),
        "reference": str(upload.pk),
        "submitted_by": "ada",
    }
    assert step_kinds(duty) == ["started", "accepted"]
    assert not Duty.objects.open().exists()
    assert not list(FILES.folder.iterdir()), "nothing of it stays here"
    events = list(
        Audit.objects.filter(event__startswith="dems.", outcome="done")
        .order_by("sequence")
        .values_list("event", flat=True)
    )
    assert events == ["dems.due", "dems.submit", "dems.send", "dems.acknowledge"]
    assert send_later() == 0
    assert len(dems.begun) == 1
    with pytest.raises(Refused, match="no longer due"):
        actions.start_export(ada, duty, NUMBER)


def test_the_evidence_package_arrives_byte_by_byte(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, whole_package: None
) -> None:
    actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 1
    [item] = dems.items.values()
    with ZipFile(BytesIO(item.content)) as package:
        assert package.testzip() is None
        assert NUMBER in package.read(f"case-{NUMBER}/bag-info.txt").decode()
    made = Package.objects.get()
    assert (made.number, made.sha256, made.made_by) == (NUMBER, Upload.objects.get().sha256, "person:ada")


def test_who_may_export_and_under_which_number(ada: PersonActor, duty: Duty, chain: list[Person]) -> None:
    with pytest.raises(Refused, match="not connected to DEMS"):
        actions.start_export(ada, duty, NUMBER)
    with served():
        for number, why in (("", "needs a case number"), ("0000000", "is a filler"), ("CASE", "is not one")):
            with pytest.raises(Refused, match=why):
                actions.start_export(ada, duty, number)
        with pytest.raises(Refused, match="exports to DEMS automatically"):
            record_export(ada, duty)
        actions.start_export(PersonActor.of(chain[0]), duty, NUMBER)
        assert sending.send_packages() == 1
    assert (Upload.objects.get().by, duty.upload) == (chain[0], Upload.objects.get())


class Killed(BaseException):
    """As kill -9: nothing after it runs."""


def killed_at(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, *, after: bool, call: int) -> None:
    """The process dies before or after this call of a function."""
    whole, count = getattr(place, name), 0

    def dying(*given: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count == call and not after:
            raise Killed
        answer = whole(*given, **named)
        if count == call:
            raise Killed
        return answer

    monkeypatch.setattr(place, name, dying)


STEPS: list[tuple[Any, str, int]] = [
    (sending, "build_case_package", 1),
    (WaitingFile, "seal", 1),
    *((sending, "renew", call) for call in (1, 2, 3, 4, 5, 6)),
    (TusDems, "begin", 1),
    *((TusDems, "append", call) for call in (1, 2)),
    (TusDems, "acknowledgment", 1),
    (sending, "_acknowledge", 1),
    (WaitingFiles, "erase_all_but", 1),
]


@pytest.mark.both_databases
def test_killed_at_any_step_it_goes_on_to_the_same_end(
    duty: Duty, dems: DemsSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_file, "PIECE", 6_000)
    for place, name, call in STEPS:
        for after in (False, True):
            upload = upload_of(duty)
            with monkeypatch.context() as patch:
                killed_at(patch, place, name, after=after, call=call)
                with pytest.raises(Killed):
                    sending.send_packages()
            send_later()
            upload.refresh_from_db()
            assert upload.stage == "acknowledged", (name, call, after)
            item = dems.items.pop(str(upload.pk))
            assert hashlib.sha256(item.content).hexdigest() == upload.sha256
            assert not list(FILES.folder.iterdir()), (name, call, after)
    assert not dems.items, "none was there twice"


@pytest.mark.parametrize("cut", [0, 1, 5_999, 6_000])
def test_a_connection_that_breaks_goes_on_where_it_broke(
    duty: Duty, dems: DemsSimulator, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    monkeypatch.setattr(waiting_file, "PIECE", 6_000)
    upload_of(duty)
    dems.cut = cut
    sending.send_packages()
    if cut < 6_000:
        assert "could not be reached" in Upload.objects.get().problem_text
        assert send_later() == 1
    [item] = dems.items.values()
    assert hashlib.sha256(item.content).hexdigest() == Upload.objects.get().sha256
    assert len(dems.begun) == 1


FAULTS = {
    DemsMode.ERROR: "is not available now (HTTP 503)",
    DemsMode.GARBLED: "sent something that is not an acknowledgment",
    DemsMode.LOSE_ANSWER: "could not be reached",
    DemsMode.NO_TOKEN: "does not accept this hub's credential (HTTP 401): notify the ALPR administrator",
    DemsMode.REFUSE: "could not be reached",
    DemsMode.UNPROCESSED: "has not acknowledged it yet",
    DemsMode.WRONG_CASE: "under 2026-99999 instead of 2026-00587: have it moved there",
    DemsMode.WRONG_HASH: "has other bytes as item",
}


def test_what_fails_is_said_and_tried_until_dems_has_it_once(duty: Duty, dems: DemsSimulator) -> None:
    for mode, words in FAULTS.items():
        upload = upload_of(duty)
        if mode is DemsMode.GARBLED:
            upload.duty.uploads.update(sha256="0" * 64)  # so that DEMS is asked first
        dems.mode = mode
        assert sending.send_packages() == 0
        upload.refresh_from_db()
        assert words in upload.problem_text, mode
        assert upload.problem_text.startswith("DEMS ")
        assert Duty.objects.open().exists()
        dems.mode = DemsMode.NORMAL
        assert sending.send_packages() == 0, "it waits a moment"
        assert send_later() == 1, mode
        assert list(dems.items) == [str(upload.pk)], mode
        Upload.objects.all().delete()
        dems.items.clear()
        add_step(duty, DutyStepKind.RESUMED, duty.by)  # for the next fault


def test_it_is_tried_less_and_less_often_and_the_log_names_each_failure_once(
    ada: PersonActor, duty: Duty, dems: DemsSimulator
) -> None:
    dems.mode = DemsMode.ERROR
    actions.start_export(ada, duty, NUMBER)
    waits = []
    for _ in range(3):
        sending.send_packages()
        upload = Upload.objects.get()
        waits.append(upload.due_at - clock.now())
        actions.try_now(ada, duty)
    assert [round(wait.total_seconds()) for wait in waits] == [5, 10, 20]
    assert Audit.objects.filter(event="dems.send", outcome="failed").count() == 1
    assert Audit.objects.filter(event="dems.retry").count() == 3


def test_what_dems_refuses_is_the_owners_again(ada: PersonActor, duty: Duty, dems: DemsSimulator) -> None:
    dems.mode = DemsMode.TURN_DOWN
    actions.start_export(ada, duty, "2026-00588")
    assert sending.send_packages() == 0
    assert (Upload.objects.get().stage, step_kinds(duty)) == ("refused", ["started", "refused"])
    assert "There is no such case." in notices_to(ada.person)[-1]
    assert send_later() == 0, "the same is not sent again"
    dems.mode = DemsMode.NORMAL
    actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 1
    assert [item.metadata["case_number"] for item in dems.items.values()] == [NUMBER]


def test_of_a_damaged_item_a_new_package_is_sent_when_a_person_says_so(
    ada: PersonActor, duty: Duty, dems: DemsSimulator
) -> None:
    dems.mode = DemsMode.WRONG_HASH
    actions.start_export(ada, duty, NUMBER)
    sending.send_packages()
    dems.items = {key: item.__class__(item.id, b"damaged", item.metadata) for key, item in dems.items.items()}
    dems.mode = DemsMode.NORMAL
    assert send_later() == 0
    actions.start_export(ada, duty, NUMBER)
    assert sending.send_packages() == 1
    assert Upload.objects.latest("pk").item == "ITEM-2026-1002"


def lost_by(dems: DemsSimulator, duty: Duty, hours: int = 25) -> int:
    """The next day's question."""
    with clock.set_to(clock.now() + timedelta(hours=hours)):
        return asking.check_items()


def test_what_dems_loses_is_due_again_and_owner_and_supervisor_are_notified(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, chain: list[Person]
) -> None:
    actions.start_export(ada, duty, NUMBER)
    sending.send_packages()
    assert asking.check_items() == 0
    queries_before = len(dems.queries)
    assert lost_by(dems, duty) == 0
    assert len(dems.queries) == queries_before + 1
    with clock.set_to(clock.now() + timedelta(hours=26)):
        assert asking.check_items() == 0
        assert len(dems.queries) == queries_before + 1, "once a day"
    kept = dict(dems.items)
    dems.mode = DemsMode.ERROR
    with clock.set_to(clock.now() + timedelta(days=3)):
        assert asking.check_items() == 0, "no answer says nothing"
    dems.mode = DemsMode.NORMAL
    with clock.set_to(clock.now() + timedelta(days=3, minutes=1)):
        dems.lose("ITEM-2026-1001")
        assert (asking.check_items(), asking.check_items()) == (1, 0)
        due = Duty.objects.open().get()
        assert due.standing.text == "Due again: DEMS no longer has it"
        assert not due.overdue, "it has its whole term again"
        for person in (ada.person, chain[0]):
            assert "is due in DEMS again. Item ITEM-2026-1001" in notices_to(person)[-1]
        dems.items = kept  # found again by DEMS: nothing is sent twice
        actions.start_export(ada, duty, NUMBER)
        assert sending.send_packages() == 1
        assert len(dems.begun) == 1
        dems.lose("ITEM-2026-1001")
    with clock.set_to(clock.now() + timedelta(days=5)):
        assert asking.check_items() == 1
        actions.start_export(ada, duty, NUMBER)
        assert sending.send_packages() == 1
        assert len(dems.begun) == 2
    kinds = ["started", "accepted", "missing", "started", "accepted", "missing", "started", "accepted"]
    assert step_kinds(duty) == kinds


@pytest.mark.both_databases
def test_a_read_store_that_does_not_answer_holds_no_other_item(
    ada: PersonActor, duty: Duty, dems: DemsSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.start_export(ada, duty, NUMBER)
    sending.send_packages()
    dems.lose("ITEM-2026-1001")
    get = Mock(side_effect=StoreAway("It hangs."))
    monkeypatch.setattr(configured_store(), "get", get)
    assert lost_by(dems, duty) == 0
    assert Upload.objects.get().leased_until is None
    get.side_effect = DayLost(duty.keys[0].day)
    assert lost_by(dems, duty, 26) == 1, "what is lost here was not destroyed by order"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("answer", "silent", "rounds"),
    [
        (DemsRefused("It is under seal."), asking.MOST_A_ROUND, 2),
        (DemsAway("is not available now (HTTP 500)"), 2, 3),
        (None, asking.MOST_A_ROUND, 2),  # and the read store does not say whether it should be there
    ],
)
def test_items_without_an_answer_hold_up_no_other_item(
    duty: Duty,
    monkeypatch: pytest.MonkeyPatch,
    answer: DemsRefused | DemsAway | None,
    silent: int,
    rounds: int,
) -> None:
    acknowledged, kept = clock.now(), DemsAcknowledgment("ITEM-1", "a" * 64, 9, NUMBER)
    uploads = [
        Upload(
            duty=duty,
            by=duty.by,
            number=NUMBER,
            stage=Upload.Stage.ACKNOWLEDGED,
            item=kept.item,
            sha256=kept.sha256,
            acknowledged_at=acknowledged,
            checked_at=acknowledged + timedelta(seconds=turn),
            due_at=acknowledged + timedelta(seconds=turn),
        )
        for turn in range(silent + 5)
    ]
    Upload.objects.bulk_create(uploads)
    unanswered = {str(upload.pk): answer for upload in uploads[:silent]}
    asked = Mock(side_effect=lambda reference: _return_or_raise(unanswered.get(reference, kept)))
    monkeypatch.setattr(asking, "client", lambda: Mock(acknowledgment=asked))
    monkeypatch.setattr(asking, "read_or_why", lambda _: StoreAnswer(None, NOT_ANSWERED, away=True))
    with clock.set_to(acknowledged + timedelta(days=2)):
        assert [asking.check_items() for _ in range(rounds)] == [0] * rounds
        checked = Upload.objects.filter(checked_at=clock.now())
        assert set(checked) == set(uploads[silent:])
        assert asked.call_count <= rounds * asking.MOST_A_ROUND


def _return_or_raise(answer: DemsAcknowledgment | DemsRefused | DemsAway | None) -> DemsAcknowledgment | None:
    if isinstance(answer, Exception):
        raise answer
    return answer


def test_what_one_dems_acknowledged_is_not_asked_of_another(ada: PersonActor, duty: Duty) -> None:
    with served() as first:
        actions.start_export(ada, duty, NUMBER)
        sending.send_packages()
        [item] = first.items.values()
    at = Upload.objects.get().dems
    ended = Upload.objects.create(
        duty=duty, by=duty.by, number=NUMBER, stage="ended", dems=at, address=f"{at}/files/1"
    )
    with served() as second, clock.set_to(clock.now() + timedelta(days=9)):
        assert (asking.check_items(), asking.look_up_leftovers()) == (0, 0)
        assert not second.queries
        assert not Duty.objects.open().exists()
        assert Upload.objects.get(pk=ended.pk).address  # the other one still has something of it
        assert "at another DEMS, which is no longer asked: 1" in " ".join(fact.text for fact in facts())
        assert [fault for step in CHECKS[0].steps("") for fault in step.faults] == []
    assert Upload.objects.get(item=item.id).missing_at is None


def test_a_disposition_without_enforcement_ends_what_is_under_way(
    ada: PersonActor, acted: Alert, dems: DemsSimulator, chain: list[Person]
) -> None:
    Act.objects.create(alert=acted, kind="investigation", by=ada.person, at=acted.arrived_at)
    closing.dispose(ada, acted, TALKED)
    for account in (TOWED, TALKED):
        if duty := Duty.objects.first():
            actions.start_export(ada, duty, NUMBER)
        closing.review(PersonActor.of(chain[0]), Disposition.objects.latest("pk"), returned=True, words=WRONG)
        closing.dispose(ada, acted, account)
    duty = Duty.objects.get()
    assert (sending.send_packages(), dems.begun) == (0, [])
    assert (Upload.objects.get().stage, step_kinds(duty)) == ("ended", ["started", "dropped"])


@pytest.mark.clause("6.b.i.11/contained")
def test_while_exports_are_stopped_nothing_leaves(ada: PersonActor, duty: Duty, dems: DemsSimulator) -> None:
    actions.start_export(ada, duty, NUMBER)
    ExportStop.objects.create(cause="breach:1", why="A reader was stolen.", begun_by="person:gloria")
    assert (sending.send_packages(), dems.begun) == (0, [])
    assert "All exports are stopped" in Upload.objects.get().problem_text


@pytest.mark.clause("6.i.i/aes", "6.i.i/keys")
def test_what_waits_is_sealed_under_a_key_of_its_own(
    ada: PersonActor, duty: Duty, dems: DemsSimulator
) -> None:
    actions.start_export(ada, duty, NUMBER)
    [upload] = take(Upload.objects.all(), sending.LEASE)
    sending._make(upload)
    [path] = FILES.folder.iterdir()
    assert NUMBER.encode() not in path.read_bytes()
    file = Upload.objects.get().file
    assert file is not None
    assert NUMBER.encode() in file.piece_from(0)
