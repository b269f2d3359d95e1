"""Programs of others on real sockets: they cosign this log, refuse a fork of it, and verify what leaves the house."""

import json
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export import write_export
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.testing import nodes_over
from plateward.core.audit.tlog.checkpoints import Checkpoint
from plateward.core.audit.tlog.messages import AddCheckpoint, EntryProof
from plateward.core.audit.tlog.notes import Note
from plateward.core.audit.tlog.policy import PolicyWitness, WitnessPolicy
from plateward.core.audit.witnesses.asking import ask_witnesses, post_checkpoint, quorum_is_met
from plateward.core.audit.witnesses.cosigned import log_origin, log_signers
from plateward.core.audit.witnesses.models import WitnessState
from plateward.core.audit.witnesses.proving import prove_entry
from plateward.core.audit.witnesses.publishing import publish_head
from plateward.core.audit.witnesses.signals import log_alarm
from plateward.core.audit.witnesses.tests.foreign import FOREIGN, ForeignWitness, aics_witness, sigsum_witness
from plateward.ground.clock import now
from plateward.ground.merkle import consistency_proof, leaf_hash, root_of

ADA = Actor("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d")

Starts = Callable[[Path, str, str], AbstractContextManager[ForeignWitness]]


@pytest.fixture(autouse=True)
def log(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log under a name that Sigsum's witness accepts, too: it derives it from the log's key."""
    key = log_signers("none")[0].key.public
    monkeypatch.setattr(settings, "LOG_ORIGIN", f"sigsum.org/v1/tree/{sha256(key).hexdigest()}")
    for i in range(300):
        record(ADA, Event.IMAGE_VIEW, f"read:{i}", plate="ZIA1234")


def log_key() -> str:
    return str(log_signers(log_origin([]))[0].key)


def policy_of(witness: ForeignWitness) -> WitnessPolicy:
    return WitnessPolicy((), (PolicyWitness("w1", witness.key, witness.url),), {}, "w1")


def forked(size: int) -> Note:
    """A checkpoint of another history, signed by this log's own keys: what a thief of the keys could make."""
    checkpoint = Checkpoint(log_origin([]), size, root_of([leaf_hash(b"%d" % i) for i in range(size)]))
    return Note(str(checkpoint), tuple(key.sign(checkpoint, now()) for key in log_signers(checkpoint.origin)))


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
@pytest.mark.parametrize("start", [aics_witness, sigsum_witness])
def test_a_foreign_witness_cosigns_the_log_as_it_grows_and_refuses_a_fork(
    start: Starts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(tmp_path, log_origin([]), log_key()) as witness:
        monkeypatch.setattr(settings, "WITNESS_POLICY", policy_of(witness))
        note = ask_witnesses(sign_head())
        assert quorum_is_met(note)
        record(ADA, Event.IMAGE_VIEW, "read:more")
        signed = sign_head()
        note = ask_witnesses(signed)
        assert quorum_is_met(note)
        state = WitnessState.objects.get()
        assert (state.size, state.problem) == (signed.head.size, "")

        # A hub that forgot what the witness has asks once more.
        WitnessState.objects.update(size=0)
        record(ADA, Event.IMAGE_VIEW, "read:more")
        assert quorum_is_met(ask_witnesses(sign_head()))

        # Another history under the same key: the consistency proof cannot hold.
        size = sign_head().head.size
        fork = forked(size + 5)
        leaves = [leaf_hash(b"%d" % i) for i in range(size + 5)]
        proof = tuple(consistency_proof(nodes_over(leaves), size, size + 5))
        assert post_checkpoint(witness.url, AddCheckpoint(size, proof, fork), None).status == 422


@pytest.mark.clause("6.b.i.9/sealed", "AU-5/told")
@pytest.mark.parametrize("start", [aics_witness, sigsum_witness])
def test_a_log_that_a_witness_refuses_is_reported_to_the_administrators_at_the_next_round(
    start: Starts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarms: list[str] = []
    with start(tmp_path, log_origin([]), log_key()) as witness:
        log_alarm.connect(lambda text, **_: alarms.append(text), weak=False, dispatch_uid="test")
        monkeypatch.setattr(settings, "WITNESS_POLICY", policy_of(witness))
        size = sign_head().head.size
        other = post_checkpoint(witness.url, AddCheckpoint(0, (), forked(size)), None)
        assert other.status == 200  # the witness saw the other history first
        publish_head()  # every 30 seconds
        publish_head()
    log_alarm.disconnect(dispatch_uid="test")
    state = WitnessState.objects.get()
    assert "another history" in state.problem
    assert alarms[0].startswith("The witnesses of the audit log changed: added w1")
    assert alarms[1:] == [f"Audit log, witness w1: {state.problem} See the Audit log page."]
    assert AuditEntry.objects.filter(event="witness.refuse").count() == 1


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
def test_a_foreign_program_verifies_an_entrys_proof(tmp_path: Path) -> None:
    if not (FOREIGN / "aics-tlog").exists():
        pytest.skip("aics-tlog is not installed in .foreign: .ci/run installs it where there is Python 3.12")
    for i in range(260):
        record(ADA, Event.IMAGE_VIEW, f"read:{i}")
    number = sign_head().head.size - 17
    prove_entry(ADA, number, tmp_path / "entry.tlog-proof")
    signed = sign_head()  # of the tree that the proof is of: its own making is the last entry
    assert b"archuleta" not in (tmp_path / "entry.tlog-proof").read_bytes()
    proof = EntryProof.parse((tmp_path / "entry.tlog-proof").read_bytes())
    assert proof.index == number
    done = subprocess.run(
        [FOREIGN / "python", "-c", AICS_VERIFIES, tmp_path, log_key()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"size": signed.head.size, "root": signed.head.root, "index": number}


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/found")
def test_a_foreign_verifier_agrees_with_ours_on_an_export(tmp_path: Path) -> None:
    if not (FOREIGN / "aics-tlog").exists():
        pytest.skip("aics-tlog is not installed in .foreign: .ci/run installs it where there is Python 3.12")
    signed = write_export(ADA, tmp_path / "log.jsonl", lambda *_: None).signed
    done = subprocess.run(
        [FOREIGN / "python", "-c", AICS_READS_EXPORT, tmp_path / "log.jsonl", log_key()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, signed.head.root), done.stderr


# Run in the other program's own Python, with nothing of ours.
AICS_VERIFIES = """
import base64, json, pathlib, sys
from aics_tlog import parse_note, parse_vkey, verify_checkpoint, verify_inclusion
folder, key = pathlib.Path(sys.argv[1]), parse_vkey(sys.argv[2])
head, _, note = (folder / "entry.tlog-proof").read_text().partition("\\n\\n")
_, index, *hashes = head.split("\\n")
proven = verify_checkpoint(parse_note(note), key)
assert proven.ok, proven
line = json.loads((folder / "entry.entry.json").read_text())
number = int(index.split()[1])
assert verify_inclusion(base64.b64decode(line["leaf"]), number, proven.size,
                        [base64.b64decode(hashed) for hashed in hashes], proven.root)
print(json.dumps({"size": proven.size, "root": proven.root.hex(), "index": number}))
"""

AICS_READS_EXPORT = """
import base64, json, sys
from aics_tlog import parse_note, parse_vkey, verify_checkpoint
from aics_tlog.hashing import node_hash
lines = [json.loads(line) for line in open(sys.argv[1])]
level = [base64.b64decode(line["leaf"]) for line in lines if "leaf" in line]
note = next(line["checkpoint"] for line in lines if "checkpoint" in line)
seen = verify_checkpoint(parse_note(note), parse_vkey(sys.argv[2]))
assert seen.ok and seen.size == len(level), seen
while len(level) > 1:
    paired = [node_hash(*level[i:i + 2]) for i in range(0, len(level) - 1, 2)]
    level = paired + level[len(paired) * 2:]
assert level[0] == seen.root
print(level[0].hex())
"""
