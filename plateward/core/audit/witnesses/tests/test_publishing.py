"""Heads go to syslog over TLS, and a witness that is away is reported when it lasts."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from plateward.core.audit import health
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.heads import latest_head, sign_head
from plateward.core.audit.log import record
from plateward.core.audit.log_reader import opened
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.tlog.checkpoints import Checkpoint, NoteSigner
from plateward.core.audit.tlog.notes import SignatureKind
from plateward.core.audit.tlog.policy import PolicyWitness, WitnessPolicy
from plateward.core.audit.witnesses import publishing, siem, syslog
from plateward.core.audit.witnesses.cosigned import checkpoint_note, state_name
from plateward.core.audit.witnesses.models import WitnessState
from plateward.core.audit.witnesses.publishing import publish_head
from plateward.core.audit.witnesses.signals import log_alarm
from plateward.ground import clock
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.testing.waiting import wait_until

ADA = Actor("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A syslog server with TLS on a real socket, and what it was sent."""
    authority = Authority.create(KeyRing.first_start(tmp_path / "keys", tmp_path / "data"))
    names = ("certificate", "key", "authority")
    for name, pem in zip(
        names, (*authority.issue_server(["localhost"]), authority.certificate_pem), strict=True
    ):
        (tmp_path / name).write_text(pem)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with tls.wrap_socket(plain, server_side=True) as connection:
                content = b""
                while part := connection.recv(4096):
                    content += part
                heard.append(content)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    monkeypatch.setattr(settings, "SYSLOG", ("localhost", listener.getsockname()[1]))
    monkeypatch.setattr(settings, "SYSLOG_AUTHORITY", tmp_path / "authority")
    monkeypatch.setattr(publishing, "_sent", [])
    yield heard
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed", "SC-8/systems")
def test_each_new_head_goes_to_syslog_once(db: None, server: list[bytes]) -> None:
    record(ADA, Event.IMAGE_VIEW, "read:1")
    publish_head()
    publish_head()
    signed = latest_head()
    assert signed
    wait_until(lambda: bool(server))
    (message,) = server
    length, _, rest = message.partition(b" ")
    assert int(length) == len(rest)
    assert rest.startswith(b"<109>1 ")
    head, _, text = rest.decode().partition(" - \ufeff")
    assert head.split(" ")[3:] == ["plateward", "-", "head"]
    assert json.loads(text) == json.loads(signed.line())


def test_a_syslog_server_that_is_away_stops_nothing_and_is_said(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(settings, "SYSLOG", ("localhost", 1))
    publish_head()
    assert "was not sent to syslog" in caplog.text


def test_a_message_is_one_line_whatever_it_says() -> None:
    message = syslog.frame(syslog.NOTICE, datetime(2026, 7, 1, tzinfo=UTC), "hüb 1", "head", "a\nb\0c")
    assert message == "66 <109>1 2026-07-01T00:00:00.000000Z hb1 plateward - head - \ufeffa b c".encode()


@pytest.mark.clause("6.b.i.9/sealed", "AU-5/told")
def test_a_witness_that_stays_away_is_reported_after_ten_minutes_and_when_it_is_back(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = NoteSigner("az.example/w", SignatureKind.COSIGNATURE, Ed25519PrivateKey.generate())
    policy = WitnessPolicy((), (PolicyWitness("az", signer.key, "http://127.0.0.1:1"),), {}, "az")
    monkeypatch.setattr(settings, "WITNESS_POLICY", policy)
    record(ADA, Event.IMAGE_VIEW, "read:1")
    begin = clock.now()
    refused = AuditEntry.objects.filter(event="witness.refuse")
    for minutes, expected in ((0, 0), (5, 0), (11, 1), (12, 1)):
        with clock.set_to(begin + timedelta(minutes=minutes)):
            publish_head()
        assert refused.count() == expected
    assert "could not be reached" in WitnessState.objects.get().problem


@pytest.mark.clause("AU-5/told", "SC-8/systems")
def test_security_events_go_to_the_siem_once_and_nothing_else_does(
    db: None, server: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = Actor("person", "ada", "Ada Archuleta")
    record(actor, Event.PERSON_LOGIN, "person:ada")  # from before the SIEM was set
    siem.send_security_events()
    record(actor, Event.PERSON_LOGIN, "person:ada", outcome="refused", clause="AC-7")
    record(actor, Event.ALERT_VIEW, "alert:1")  # police work, and a view
    record(actor, Event.ALERT_VIEW, "alert:1", outcome="refused", clause="6.c.i")
    with monkeypatch.context() as away:
        away.setattr(settings, "SYSLOG", ("localhost", 1))
        siem.send_security_events()
        state = siem.siem_state()
        assert state
        assert state.failing_since
        assert state.problem.startswith("It takes no events")
    for _ in range(2):
        siem.send_security_events()
    wait_until(lambda: b"".join(server).count(b"plateward - event - ") == 2)
    sent = b"".join(server).decode()
    events = [json.loads(text) for text in re.findall(r"\ufeff(\{.*?\})", sent)]
    assert [(event["event"], event["outcome"], event["actor"]) for event in events] == [
        ("person.login", "refused", "person:ada"),
        ("alert.view", "refused", "person:ada"),
    ]
    assert sent.count("<108>1 ") == 2  # log audit, warning
    assert "Archuleta" not in sent
    assert "alert:1" not in sent
    state = siem.siem_state()
    assert state
    assert not state.failing_since


def _named(name: str, url: str = "http://127.0.0.1:1") -> tuple[NoteSigner, PolicyWitness]:
    signer = NoteSigner(f"{name}.example/w", SignatureKind.COSIGNATURE, Ed25519PrivateKey.generate())
    return signer, PolicyWitness(name, signer.key, url)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
def test_another_set_of_witnesses_is_on_the_log_and_told_once(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = AuditEntry.objects.filter(event=Event.WITNESS_CHANGE).order_by("sequence")
    publish_head()
    assert not changes.exists(), "there is none, and never was"
    (_, az), (_, own) = _named("az"), _named("own")
    told: list[str] = []
    log_alarm.connect(
        lambda text, **more: told.append(f"{text} {more['watchers']}"), weak=False, dispatch_uid="set"
    )
    for witnesses in ((az,), (az,), (own,), (own, az), (replace(own, key=_named("own")[0].key), az), ()):
        monkeypatch.setattr(settings, "WITNESS_POLICY", WitnessPolicy((), witnesses, {}, "none"))
        publish_head()
    log_alarm.disconnect(dispatch_uid="set")
    said = [text.partition(". ")[0].partition("changed: ")[2] for text in told if "changed" in text]
    assert said == [
        "added az",
        "added own; removed az",
        "added az",
        "added own; removed own",
        "removed own, az",
    ]
    details = [opened(entry).leaf.details for entry in changes]
    assert [len(each["witnesses"]) for each in details] == [1, 1, 2, 2, 0]  # type: ignore[arg-type]
    assert "az.example/w, SHA-256 " in str(details[0]["added"])


@pytest.mark.clause("AU-9/witnessed")
def test_a_witness_is_green_by_its_own_signature_alone(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    signer, az = _named("az", url="")
    monkeypatch.setattr(settings, "WITNESS_POLICY", WitnessPolicy((), (az,), {}, "az"))
    record(ADA, Event.IMAGE_VIEW, "read:1")
    publish_head()
    signed = sign_head()

    def light() -> tuple[str, str]:
        reading = health._witnesses()
        return reading.light, reading.what

    assert light() == ("amber", "No cosignature from az."), "it is never asked"
    checkpoint = Checkpoint.parse(checkpoint_note(signed, []).text)
    state = WitnessState(
        witness=state_name(az.key),
        size=signed.head.size,
        root=bytes.fromhex(signed.head.root),
        answered_at=clock.now(),
    )
    for cosigned in ("", str(_named("az")[0].sign(checkpoint, clock.now()))):
        state.cosigned = cosigned
        state.save()
        assert light() == ("amber", "No cosignature from az."), "the database says so, and no signature"
    state.cosigned = str(signer.sign(checkpoint, clock.now()))
    state.save()
    assert light() == ("green", "Cosigned by az.")
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert light() == ("red", "No cosignature from az."), "whatever the row says of how long it fails"
