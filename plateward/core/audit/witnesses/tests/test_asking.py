"""What a witness answers on a real socket: each kind of problem rings once, none stops the others."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from typer.testing import CliRunner

from plateward.core.audit import integrity
from plateward.core.audit.actor import Actor
from plateward.core.audit.cli import app
from plateward.core.audit.events import Event
from plateward.core.audit.heads import latest_head, sign_head
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry, Tree
from plateward.core.audit.tlog.checkpoints import Checkpoint, NoteSigner
from plateward.core.audit.tlog.messages import AddCheckpoint
from plateward.core.audit.tlog.notes import Note, SignatureKind
from plateward.core.audit.tlog.policy import PolicyWitness, WitnessPolicy
from plateward.core.audit.witnesses import asking
from plateward.core.audit.witnesses.asking import (
    WitnessAway,
    ask_witnesses,
    post_checkpoint,
    quorum_is_met,
    say_quorum,
)
from plateward.core.audit.witnesses.cosigned import checkpoint_note, cosigned_note
from plateward.core.audit.witnesses.models import WitnessState, WitnessTurn
from plateward.core.audit.witnesses.publishing import publish_head
from plateward.core.audit.witnesses.rules import WitnessVerdict
from plateward.core.audit.witnesses.signals import log_alarm
from plateward.core.jobs.lease import take
from plateward.ground import clock

ADA = Actor("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d")
SIGNER = NoteSigner("az.example/w", SignatureKind.COSIGNATURE, Ed25519PrivateKey.generate())

Answer = Callable[[AddCheckpoint], tuple[int, str]]


def cosign(request: AddCheckpoint) -> tuple[int, str]:
    return 200, str(SIGNER.sign(Checkpoint.parse(request.note.text), clock.now()))


@pytest.fixture
def answers(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Answer]]:
    """The witness of the policy answers these in turn; the last again and again."""
    planned: list[Answer] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            old, _, note = content.partition(b"\n\n")
            request = AddCheckpoint(int(old.split()[1]), (), Note.parse(note))
            status, text = (planned.pop(0) if len(planned) > 1 else planned[0])(request)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    use(monkeypatch, f"http://127.0.0.1:{server.server_port}")
    record(ADA, Event.IMAGE_VIEW, "read:1")
    yield planned
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.clause("6.b.i.9/sealed")
def test_without_a_policy_no_quorum_is_met(db: None) -> None:
    record(ADA, Event.IMAGE_VIEW, "read:1")
    note = ask_witnesses(sign_head())
    assert quorum_is_met(note) is None
    assert say_quorum(note).startswith("No witness policy is set")


@dataclass
class Dribbling:
    """A witness that sends a byte of its headers now and then, for ever. `together`: the most clients at a time."""

    url: str
    clients: set[int] = field(default_factory=set)
    together: int = 0


@pytest.fixture
def dribbling() -> Iterator[Dribbling]:
    listener, ends = socket.create_server(("127.0.0.1", 0)), threading.Event()
    witness = Dribbling(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def dribble(connection: socket.socket) -> None:
        client = connection.fileno()
        with connection:
            witness.clients.add(client)
            witness.together = max(witness.together, len(witness.clients))
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not ends.wait(0.1):
                    connection.sendall(b"x")
            except OSError:
                pass
            witness.clients.discard(client)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=dribble, args=[connection], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield witness
    ends.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def alarms() -> Iterator[list[str]]:
    heard: list[str] = []
    log_alarm.connect(lambda text, **_: heard.append(text), weak=False, dispatch_uid="test")
    yield heard
    log_alarm.disconnect(dispatch_uid="test")


def use(monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    keys = [SIGNER.key] + [
        NoteSigner(f"w{number}", SignatureKind.COSIGNATURE, Ed25519PrivateKey.generate()).key
        for number in range(1, len(urls))
    ]
    witnesses = [PolicyWitness(f"w{i}", keys[i], url) for i, url in enumerate(urls)]
    monkeypatch.setattr(settings, "WITNESS_POLICY", WitnessPolicy((), tuple(witnesses), {}, "none"))


def size_of(request: AddCheckpoint) -> int:
    return Checkpoint.parse(request.note.text).size


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
def test_a_newer_head_that_another_node_had_cosigned_is_no_lost_entry(
    answers: list[Answer], alarms: list[str]
) -> None:
    signed = sign_head()
    record(ADA, Event.IMAGE_VIEW, "read:2")
    answers.append(lambda request: (409, f"{size_of(request) + 1}\n"))
    ask_witnesses(signed)
    assert "a newer head" in WitnessState.objects.get().problem
    assert alarms == []
    answers[:] = [lambda request: (409, f"{size_of(request) + 2}\n")]
    ask_witnesses(signed)
    assert "entries were lost" in WitnessState.objects.get().problem
    assert len(alarms) == 1


@pytest.mark.clause("6.b.i.9/sealed")
def test_a_lie_in_ever_other_figures_rings_once_and_again_after_a_good_answer(
    answers: list[Answer], alarms: list[str]
) -> None:
    extra = iter(range(10**6, 10**6 + 100))

    def lost(request: AddCheckpoint) -> tuple[int, str]:
        return 409, f"{size_of(request) + next(extra)}\n"

    def forked(_: AddCheckpoint) -> tuple[int, str]:
        return 422, ""

    answers[:] = [lost, lost, forked, lost, forked, lost]
    for _ in range(6):
        ask_witnesses(sign_head())
    assert len(alarms) == 2
    assert AuditEntry.objects.filter(event="witness.refuse").count() == 2
    answers[:] = [cosign, lost]
    for _ in range(2):
        ask_witnesses(sign_head())
    assert AuditEntry.objects.filter(event="witness.answer").count() == 1
    assert len(alarms) == 3


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
def test_a_slower_node_does_not_overwrite_a_newer_checkpoint(
    answers: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.append(cosign)

    def judge(*_: object) -> WitnessVerdict:  # the other node saves between the answer and its verdict
        WitnessState.objects.update(size=Tree.objects.get().size + 5)
        return WitnessVerdict(cosigned="older")

    monkeypatch.setattr(asking, "judge_answer", judge)
    ask_witnesses(sign_head())
    state = WitnessState.objects.get()
    assert (state.size, state.cosigned) == (Tree.objects.get().size + 5, "")


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
def test_one_node_at_a_time_asks(answers: list[Answer]) -> None:
    heard: list[AddCheckpoint] = []

    def answer(request: AddCheckpoint) -> tuple[int, str]:
        heard.append(request)
        return cosign(request)

    answers.append(answer)
    WitnessTurn.objects.get_or_create(pk=1)
    for _ in take(WitnessTurn.objects.filter(pk=1), timedelta(minutes=1)):
        publish_head()
    assert heard == []
    WitnessTurn.objects.update(leased_until=None)
    publish_head()
    publish_head()
    assert len(heard) == 2


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
def test_witnesses_that_dribble_hold_up_no_other(
    answers: list[Answer], dribbling: Dribbling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WAIT_S", 3.0)
    answers.append(cosign)
    (good,) = settings.WITNESS_POLICY.witnesses
    use(monkeypatch, good.url, dribbling.url, dribbling.url, dribbling.url)
    publish_head()
    assert dribbling.together == 3
    good_state, *others = WitnessState.objects.order_by("pk")
    assert (good_state.problem, good_state.size) == ("", Tree.objects.get().size)
    late = "It could not be asked: it did not answer within"
    assert all(state.problem.startswith(late) for state in others)
    signed = latest_head()
    assert signed
    assert b"az.example/w " in bytes(cosigned_note(signed)).replace("— ".encode(), b"")


@pytest.mark.parametrize(
    "url", ["https://[", "https://", "ftp://az.example", "http://az.example", "az", "https://az.example:x"]
)
def test_a_bad_address_is_reported_as_one(url: str, answers: list[Answer]) -> None:
    answers.append(cosign)
    request = AddCheckpoint(0, (), ask_witnesses(sign_head()))
    with pytest.raises(WitnessAway, match="not an https address"):
        post_checkpoint(url, request, None)


@pytest.mark.parametrize("content", [b"", b"no certificate", None])
def test_a_bad_file_of_authorities_is_reported_as_one(
    content: bytes | None, answers: list[Answer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "authority.pem").write_bytes(content)
    monkeypatch.setattr(settings, "WITNESS_AUTHORITY", tmp_path / "authority.pem")
    answers.append(cosign)
    ask_witnesses(sign_head())
    assert "no PEM file of certificates" in WitnessState.objects.get().problem


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
@pytest.mark.parametrize("away", [False, True])
def test_an_export_is_cosigned_with_its_own_entry_or_says_by_whom_not(
    away: bool, answers: list[Answer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers.append(cosign)
    ask_witnesses(sign_head())  # an earlier head is cosigned
    answers[:] = [lambda _: (503, "")] if away else [cosign]
    monkeypatch.setattr("plateward.core.db.setup.setup", lambda: None)
    said = CliRunner().invoke(app, ["export", str(tmp_path / "log.jsonl")], catch_exceptions=False).output
    assert ("Not cosigned by w0" in said) is away
    note = next(line for line in (tmp_path / "log.jsonl").read_text().split("\n") if '"checkpoint"' in line)
    kept = Note.parse(json.loads(note)["checkpoint"].encode())
    assert Checkpoint.parse(kept.text).size == Tree.objects.get().size - 1  # its own end is logged after it
    assert settings.WITNESS_POLICY.cosigners(kept) == (set() if away else {"w0"})


@pytest.mark.clause("6.b.i.3/integrity", "AU-9/witnessed")
def test_the_monitor_finds_a_cosignature_that_was_altered_or_has_no_head(
    answers: list[Answer], alarms: list[str]
) -> None:
    answers.append(cosign)
    ask_witnesses(sign_head())
    assert integrity._check_witnesses() == (1, [])
    state = WitnessState.objects.get()
    line = state.cosigned
    other_letter = "A" if line[60] != "A" else "B"
    for altered in (line[:60] + other_letter + line[61:], line[:-20] + "\n"):
        WitnessState.objects.update(cosigned=altered)
        assert "as stored here" in integrity._check_witnesses()[1][0].problem
    other = Checkpoint(Checkpoint.parse(checkpoint_note(sign_head(), []).text).origin, state.size, bytes(32))
    WitnessState.objects.update(cosigned=str(SIGNER.sign(other, clock.now())), root=bytes(32))
    assert "no head of this log has" in integrity._check_witnesses()[1][0].problem
    WitnessState.objects.update(failing_since=clock.now() - timedelta(hours=1), problem="Away.")
    assert "has not cosigned for 60 minutes. Away." in integrity._check_witnesses()[1][0].problem
