"""CAD takes each message once, even if the hub is killed at any step, or CAD is down, slow, or wrong."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.models import AuditEntry as Audit
from plateward.core.cases.cad import client
from plateward.core.jobs.lease import take
from plateward.ground import clock
from plateward.ground.links.cad import Cad
from plateward.people.actor import PersonActor
from plateward.simulators.cad import CadMode, CadSimulator
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions as steps
from plateward.work.dispatch import actions, sending
from plateward.work.dispatch.models import Call, Change, Line, Message
from plateward.work.dispatch.tests.documents import GONE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.vii/type", "6.e.vii/closing")]


class Killed(BaseException):
    """Like SIGKILL: nothing catches it."""


def later(minutes: float = 2) -> Any:
    return clock.set_to(clock.now() + timedelta(minutes=minutes))


def statuses(cad: CadSimulator) -> list[str]:
    return [call.status for call in cad.calls.calls.values()]


@pytest.mark.clause("6.b.i.9/entries")
def test_a_call_is_opened_updated_and_closed_in_cad(
    ada: PersonActor, alert: Alert, cad: CadSimulator
) -> None:
    assert sending.send_changes() == 1
    call = Call.objects.get()
    assert call.number == next(iter(cad.calls.calls.values())).number
    assert not Change.objects.unheard()
    steps.confirm(ada, alert, "ABC123", "NM")
    assert Change.objects.unheard()
    assert sending.send_changes() == 1
    dispose(ada, alert, GONE)
    assert sending.send_changes() == 1
    assert sending.send_changes() == 0
    assert statuses(cad) == ["Closed"]
    assert len(cad.calls.taken) == len(cad.sent) == 3
    sent = Audit.objects.filter(event="call.send", object=f"call:{call.pk}")
    assert [message.outcome for message in sent] == ["done"] * 3


def dies(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub is killed there."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    def taken_and_killed(post: Callable[..., Any]) -> Callable[..., Any]:
        def send(*given: Any) -> None:
            post(*given)
            raise Killed

        return send

    match at:
        case "before a message is written":
            monkeypatch.setattr(sending, "incident", killed)
        case "before it is leased":
            monkeypatch.setattr(sending, "send_due", killed)
        case "leased, before it is sent":
            monkeypatch.setattr(Cad, "send", killed)
        case "taken by CAD, before that is known":
            monkeypatch.setattr(Cad, "send", taken_and_killed(Cad.send))
        case "while that is recorded":
            monkeypatch.setattr(sending, "update_from_cad", killed)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("at", "sent"),
    [
        ("before a message is written", 1),
        ("before it is leased", 1),
        ("leased, before it is sent", 1),
        ("taken by CAD, before that is known", 2),
        ("while that is recorded", 2),
    ],
)
def test_killed_at_any_step_nothing_is_lost_and_nothing_is_taken_twice(
    alert: Alert, cad: CadSimulator, monkeypatch: pytest.MonkeyPatch, at: str, sent: int
) -> None:
    with monkeypatch.context() as patched:
        dies(at, patched)
        with pytest.raises(Killed):
            sending.send_changes()
    with later():
        sending.send_changes()
        assert sending.send_changes() == 0
    call = Call.objects.get()
    assert call.number
    assert not Change.objects.unheard()
    assert len(cad.sent) == sent
    assert cad.calls.taken == [str(Message.objects.get().pk)]


@pytest.mark.parametrize(
    "mode", [CadMode.LOSE_ANSWER, CadMode.GARBLED, CadMode.ERROR, CadMode.REFUSE, CadMode.OTHER_ANSWER]
)
def test_what_cad_did_not_say_it_took_is_sent_again_under_the_same_id(
    alert: Alert, cad: CadSimulator, mode: CadMode
) -> None:
    cad.mode = mode
    assert sending.send_changes() == 0
    message = Change.objects.unheard()[0].message
    assert message is not None
    assert message.problem_text
    assert sending.send_changes() == 0
    assert len(cad.sent) == 1  # it waits before it retries
    cad.mode = CadMode.NORMAL
    with later():
        assert sending.send_changes() == 1
    assert len(cad.calls.calls) == 1
    assert cad.calls.taken == [str(Message.objects.get().pk)]
    assert Call.objects.get().number


@pytest.mark.both_databases
def test_while_cad_is_down_what_changes_waits_in_order_and_is_one_message_then(
    ada: PersonActor, alert: Alert, cad: CadSimulator
) -> None:
    cad.mode = CadMode.ERROR
    began = clock.now()
    sending.send_changes()
    steps.confirm(ada, alert, "ABC123", "NM")
    steps.observe(ada, alert, matches=True)
    with later(1):
        sending.send_changes()
    line = Line.objects.get()
    assert line.failing_since is not None
    assert line.failing_since >= began
    assert Change.objects.unheard()[0].at <= line.failing_since
    dispose(ada, alert, GONE)
    cad.mode = CadMode.NORMAL
    with later(5):
        assert sending.send_changes() == 1  # the first message, unchanged
        assert statuses(cad) == ["Active"]
        assert sending.send_changes() == 1  # and everything since
    assert statuses(cad) == ["Closed"]
    assert Line.objects.get().failing_since is None
    assert not Change.objects.unheard()
    failed = Audit.objects.filter(event="call.send", outcome="failed")
    assert failed.count() == 1  # only the first of many failed tries


@pytest.mark.both_databases
def test_one_call_that_cad_fails_on_keeps_no_other_from_its_turn_when_cad_is_back(
    alert: Alert, cad: CadSimulator
) -> None:
    cad.mode = CadMode.ERROR
    sending.send_changes()
    Message.objects.update(tries=30, due_at=clock.now() + Message.longest_wait)
    other = Call.objects.create(opened=Call.Opened.NOTICE)
    other.links.create(alert=Alert.objects.create(**copied(alert)))
    actions.record_change(other, "Ada", "Alert 2 opened it.")
    cad.mode = CadMode.NORMAL
    assert sending.send_changes() == 1
    assert sending.send_changes() == 1  # at once, though its own wait was not over
    assert len(cad.calls.calls) == 2


def copied(alert: Alert) -> dict[str, Any]:
    names = [field.attname for field in Alert._meta.concrete_fields if not field.primary_key]
    return {name: getattr(alert, name) for name in names} | {"read": "0190a5e0-0000-7000-8000-000000000000"}


@pytest.mark.both_databases
def test_what_cad_refuses_is_shown_and_goes_with_the_next_message(
    ada: PersonActor, alert: Alert, cad: CadSimulator
) -> None:
    cad.mode = CadMode.TURN_DOWN
    assert sending.send_changes() == 0
    message = Change.objects.unheard()[0].message
    assert message is not None
    assert "refused it (HTTP 422)" in message.problem_text
    with later():
        assert sending.send_changes() == 0
    assert len(cad.sent) == 1  # it is not resent by itself
    cad.mode = CadMode.NORMAL
    actions.send_again(ada, Call.objects.get())
    assert sending.send_changes() == 1
    assert not Change.objects.unheard()
    assert Message.objects.filter(refused_at=None).count() == 1


@pytest.mark.both_databases
def test_two_nodes_send_a_message_once(alert: Alert, cad: CadSimulator) -> None:
    sending.prepare()
    assert len([*take(Message.objects.all(), sending.LEASE)]) == 1
    assert [*take(Message.objects.all(), sending.LEASE)] == []
    assert sending.send_changes() == 0
    assert cad.sent == []
    with clock.set_to(clock.now() + sending.LEASE):  # the node that leased it is gone
        assert sending.send_changes() == 1


@pytest.mark.both_databases
def test_a_call_has_one_message_that_waits(alert: Alert) -> None:
    sending.prepare()
    sending.prepare()
    message = Message.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.create(call=message.call, document="{}")


@pytest.mark.both_databases
def test_a_slow_node_that_settles_late_changes_nothing(alert: Alert, cad: CadSimulator) -> None:
    sending.prepare()
    message = Message.objects.get()
    receipt = Cad.send(client(), message.pk, message.document.encode())
    with later():
        sending.send_changes()
    first = Message.objects.get().sent_at
    sending._record_receipt(message, receipt)
    assert Message.objects.get().sent_at == first
    assert cad.calls.taken == [str(message.pk)]


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes")
def test_what_waits_lies_sealed(alert: Alert) -> None:
    sending.prepare()
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM dispatch_message")
        [(stored,)] = cursor.fetchall()
    assert b"eidoVersion" not in bytes(stored)
    assert json.loads(Message.objects.get().document)["eidoVersion"] == "1.0"
    assert Change.objects.get().message == Message.objects.get()


@pytest.mark.clause("6.i.ii/devices")
def test_a_call_waits_while_cad_does_not_take_the_hubs_credential(
    alert: Alert, cad: CadSimulator, settings: Any, tmp_path: Path
) -> None:
    cad.token = "a-token-of-the-site-0123456789"
    assert sending.send_changes() == 0
    assert "notify the ALPR administrator" in Line.objects.get().problem
    assert Message.objects.get().sent_at is None
    file = tmp_path / "cad.token"
    file.write_text(f"{cad.token}\n")
    settings.CAD_TOKEN_FILE = file
    client.cache_clear()
    with later():
        assert sending.send_changes() == 1
    assert Line.objects.get().problem == ""
    leaves = [entry.leaf for entry in Audit.objects.filter(event="call.send")]
    assert len(leaves) == 2
    assert cad.token not in str(leaves)
