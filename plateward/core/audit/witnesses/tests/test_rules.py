"""What a witness's answer means: one that is away or lies is seen through."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.core.audit.tlog.checkpoints import Checkpoint, NoteSigner
from plateward.core.audit.tlog.notes import SignatureKind
from plateward.core.audit.witnesses.rules import FORK, judge_answer
from plateward.ground.clock import now

WITNESS, OTHER = (
    NoteSigner("az.example/w", SignatureKind.COSIGNATURE, Ed25519PrivateKey.generate()) for _ in range(2)
)
CHECKPOINT = Checkpoint("nm.example/log", 9, bytes(32))


@pytest.mark.clause("6.b.i.9/sealed", "AU-9/witnessed")
@pytest.mark.parametrize(
    ("status", "text", "problem", "alarm"),
    [
        (409, "7\n", "", ""),
        (409, "8\n", FORK.problem, "at once"),
        (409, "10\n", "It has 10 entries of this log of 9", "at once"),
        (409, "many\n", "without a size", "if it lasts"),
        (422, "", FORK.problem, "at once"),
        (404, "", "does not know this log", "if it lasts"),
        (503, "", "It answers 503", "if it lasts"),
        (200, str(OTHER.sign(CHECKPOINT, now())), "another key", "at once"),
        (200, "nonsense", "its signature is false", "at once"),
    ],
)
def test_a_witness_that_is_away_or_lies_is_seen_through(
    status: int, text: str, problem: str, alarm: str
) -> None:
    verdict = judge_answer(status, text, WITNESS.key, CHECKPOINT, 8, now(), 9)
    assert problem in verdict.problem
    assert (verdict.rings_at_once, verdict.cosigned) == (alarm == "at once", "")
