"""This hub as a witness of another agency's log: what continues is cosigned, what does not is refused and reported."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from plateward.audit.actor import Actor
from plateward.audit.head_places import HeadUnusable
from plateward.audit.leaf import Leaf
from plateward.audit.merkle import consistency_proof, leaf_hash, root_of
from plateward.audit.models import AuditEntry
from plateward.audit.repeated_refusals import ENTRIES_PER_SOURCE
from plateward.audit.testing import nodes_over
from plateward.audit.tlog.checkpoints import Checkpoint, NoteSigner
from plateward.audit.tlog.messages import AddCheckpoint
from plateward.audit.tlog.notes import Note, NoteSignature, SignatureKind
from plateward.audit.tlog.policy import WitnessPolicy
from plateward.audit.witnesses.models import WitnessedLog
from plateward.audit.witnesses.rules import FORK, judge_answer
from plateward.audit.witnesses.signals import log_alarm
from plateward.audit.witnesses.witnessing import ALARMS_A_DAY, add_checkpoint, witness_signer
from plateward.clock import now

ORIGIN = "alpr.az.example/audit"
LOG = NoteSigner(ORIGIN, SignatureKind.ED25519, Ed25519PrivateKey.from_private_bytes(b"a" * 32))
THIEF = NoteSigner(ORIGIN, SignatureKind.ED25519, Ed25519PrivateKey.from_private_bytes(b"t" * 32))
LEAVES = [leaf_hash(b"%d" % i) for i in range(40)]
OTHERS = [leaf_hash(b"other %d" % i) for i in range(40)]


def request(old: int, new: int, leaves: list[bytes] = LEAVES, signer: NoteSigner = LOG) -> bytes:
    checkpoint = Checkpoint(ORIGIN, new, root_of(leaves[:new]))
    proof = tuple(consistency_proof(nodes_over(leaves), old, new)) if 0 < old < new else ()
    return bytes(AddCheckpoint(old, proof, Note(str(checkpoint), (signer.sign(checkpoint, now()),))))


def with_proof(content: bytes) -> bytes:
    """The same request with a junk proof."""
    made = AddCheckpoint.parse(content)
    return bytes(AddCheckpoint(made.old, (b"x" * 32,), made.note))


def post(content: bytes) -> HttpResponse:
    return Client(enforce_csrf_checks=True).post(  # type: ignore[return-value]
        "/witness/add-checkpoint", content, content_type="application/octet-stream"
    )


@pytest.fixture(autouse=True)
def alarms(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    monkeypatch.setattr(settings, "KEYS", tmp_path)
    monkeypatch.setattr(settings, "WITNESS_POLICY", WitnessPolicy(logs=(LOG.key,)))
    heard: list[str] = []
    log_alarm.connect(lambda text, **_: heard.append(text), weak=False, dispatch_uid="test")
    yield heard
    log_alarm.disconnect(dispatch_uid="test")


@pytest.mark.clause("6.b.i.9", "AU-9")
class TestWitnessing:
    def test_a_log_that_grows_is_cosigned_and_its_hub_accepts_the_answer(self) -> None:
        for old, new in ((0, 7), (7, 7), (7, 40)):
            answer = post(request(old, new))
            assert answer.status_code == 200
            checkpoint = Checkpoint(ORIGIN, new, root_of(LEAVES[:new]))
            verdict = judge_answer(
                200, answer.content.decode(), witness_signer().key, checkpoint, old, now(), new
            )
            assert (bool(verdict.cosigned), verdict.problem) == (True, "")
        assert WitnessedLog.objects.get().size == 40

    def test_an_older_size_is_told_the_last_one(self) -> None:
        post(request(0, 9))
        answer = post(request(4, 20))
        assert (answer.status_code, answer.content) == (409, b"9\n")
        assert answer.headers["Content-Type"] == "text/x.tlog.size"
        assert post(request(4, 7)).status_code == 409

    def test_a_fork_is_refused_recorded_and_reported_once_and_so_is_the_next(self, alarms: list[str]) -> None:
        post(request(0, 9))
        for _ in range(2):
            assert post(request(9, 9, OTHERS)).status_code == 422
        assert bytes(WitnessedLog.objects.get().root) == root_of(LEAVES[:9])
        assert (len(alarms), AuditEntry.objects.filter(event="witness.fork").count()) == (1, 2)
        assert ORIGIN in alarms[0]
        assert post(request(9, 20)).status_code == 200  # the true log goes on
        assert post(request(9, 20, OTHERS)).status_code == 422
        assert len(alarms) == 2
        for i in range(ALARMS_A_DAY):
            post(request(20, 20, [leaf_hash(b"%d!" % i), *OTHERS]))
        assert len(alarms) == ALARMS_A_DAY  # who has the key cannot ring without end

    def test_a_stranger_with_a_public_checkpoint_and_a_junk_proof_raises_no_alarm(
        self, alarms: list[str]
    ) -> None:
        post(request(0, 9))
        assert post(with_proof(request(9, 9))).status_code == 400
        assert post(with_proof(request(9, 20))).status_code == 422
        for _ in range(ENTRIES_PER_SOURCE + 5):
            assert post(request(9, 20, OTHERS)).status_code == 422
        assert (alarms, WitnessedLog.objects.get().forked_at) == ([], None)
        assert AuditEntry.objects.filter(event="witness.unproven").count() == ENTRIES_PER_SOURCE
        assert post(request(9, 9, OTHERS)).status_code == 422
        assert len(alarms) == 1  # the true alarm still rings

    def test_a_proof_from_nothing_is_refused_without_alarm(self, alarms: list[str]) -> None:
        assert post(with_proof(request(0, 9))).status_code == 400
        assert (alarms, AuditEntry.objects.filter(event__startswith="witness.").count()) == ([], 0)

    def test_the_current_checkpoint_sent_again_writes_nothing(self) -> None:
        post(request(0, 9))
        before, file = WitnessedLog.objects.values().get(), next(settings.KEYS.glob("witnessed.*"))
        content = file.read_bytes()
        junk = NoteSignature("junk.example", b"junk", b"x" * 64)
        assert post(request(9, 9) + str(junk).encode()).status_code == 200
        assert (WitnessedLog.objects.values().get(), file.read_bytes()) == (before, content)

    def test_the_evidence_of_a_fork_is_whole_whatever_else_is_in_the_note(
        self, recorded: Callable[[str], Leaf]
    ) -> None:
        post(request(0, 9))
        junk = "".join(str(NoteSignature("junk.example", b"junk", bytes([i]) * 900)) for i in range(20))
        forked = request(9, 9, OTHERS)
        text, _, lines = forked.partition(b"\n\n")[2].rpartition(b"\n\n")
        assert post(forked[: -len(lines)] + junk.encode() + lines).status_code == 422
        kept = recorded("witness.fork").details["checkpoint"]
        assert isinstance(kept, list)
        assert "".join(map(str, kept)).encode() == text + b"\n\n" + lines

    @pytest.mark.parametrize(
        "change",
        [{"size": 8}, {"root": b"x" * 32}, {"origin": "other"}, {"size": 20, "cosigned_at": None}],
    )
    def test_the_database_refuses_that_a_witnessed_log_goes_back(self, change: dict[str, object]) -> None:
        post(request(0, 9))
        with pytest.raises(DatabaseError, match="never goes back"), transaction.atomic():
            WitnessedLog.objects.update(**change)
        with pytest.raises(DatabaseError, match="never goes back"), transaction.atomic():
            WitnessedLog.objects.all().delete()

    def test_a_restored_database_does_not_make_it_sign_a_second_history(self, alarms: list[str]) -> None:
        with transaction.atomic():
            post(request(0, 20))
            transaction.set_rollback(True)
        assert not WitnessedLog.objects.exists()  # as in the backup
        assert post(request(0, 9, OTHERS)).status_code == 409
        assert post(request(0, 20, OTHERS)).status_code == 422
        assert len(alarms) == 1
        assert post(request(20, 40, OTHERS)).status_code == 422
        assert post(request(20, 40)).status_code == 200

    def test_a_file_beside_the_keys_that_it_did_not_write_stops_it(self) -> None:
        post(request(0, 9))
        file = next(settings.KEYS.glob("witnessed.*"))
        file.write_bytes(request(0, 9).partition(b"\n\n")[2])  # signed by the log alone
        with pytest.raises(HeadUnusable):
            add_checkpoint(Actor("anonymous", "", "Somebody"), request(9, 20))

    def test_an_unknown_log_and_an_unknown_key_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert post(request(0, 9, signer=THIEF)).status_code == 403
        monkeypatch.setattr(settings, "WITNESS_POLICY", WitnessPolicy())
        assert post(request(0, 9)).status_code == 404
        assert not WitnessedLog.objects.exists()

    def test_what_is_no_request_changes_nothing(self) -> None:
        assert post(b"old 0\n").status_code == 400
        assert post(request(9, 4)).status_code == 400
        assert post(b"x" * 100_000).status_code == 413
        assert Client().get("/witness/add-checkpoint").status_code == 405

    @given(st.data())
    def test_a_changed_request_is_never_cosigned(self, data: st.DataObject) -> None:
        content = request(0, 9)
        at = data.draw(st.integers(0, len(content) - 1))
        changed = content[:at] + data.draw(st.binary(max_size=3)) + content[at + 1 :]
        if changed != content:
            assert add_checkpoint(Actor("anonymous", "", "Somebody"), changed).status in (
                400,
                403,
                404,
                409,
                422,
            )


@pytest.mark.clause("6.b.i.9", "AU-9", "AU-6")
@pytest.mark.parametrize(
    ("status", "text", "problem", "alarm"),
    [
        (409, "7\n", "", ""),
        (409, "8\n", FORK, "at once"),
        (409, "10\n", "It has 10 entries of this log of 9", "at once"),
        (409, "many\n", "without a size", "if it lasts"),
        (422, "", FORK, "at once"),
        (404, "", "does not know this log", "if it lasts"),
        (503, "", "It answers 503", "if it lasts"),
        (200, str(THIEF.sign(Checkpoint(ORIGIN, 9, LEAVES[0]), now())), "another key", "at once"),
        (200, "nonsense", "its signature is false", "at once"),
    ],
)
def test_a_witness_that_is_away_or_lies_is_seen_through(
    status: int, text: str, problem: str, alarm: str
) -> None:
    checkpoint = Checkpoint(ORIGIN, 9, root_of(LEAVES[:9]))
    verdict = judge_answer(status, text, witness_signer().key, checkpoint, 8, now(), 9)
    assert problem in verdict.problem
    assert (verdict.alarm, verdict.cosigned) == (alarm, "")
