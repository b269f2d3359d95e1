"""What a witness's answer means. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from plateward.core.audit.tlog.checkpoints import Checkpoint, parse_number, verify_signature
from plateward.core.audit.tlog.notes import BadNote, NoteKey, parse_signatures
from plateward.ground.policy.trace import enforces

AWAY_TOO_LONG = timedelta(minutes=10)  # until the administrators hear of a witness that does not answer
CLOCK_MAY_DIFFER = timedelta(minutes=5)

Kind = Literal["", "away", "clock", "fork", "key", "lost", "newer", "signature", "size", "status", "unknown"]
AT_ONCE: frozenset[Kind] = frozenset({"clock", "fork", "key", "lost", "signature"})


@dataclass(frozen=True)
class WitnessVerdict:
    """`problem`: what is wrong, in a sentence; `kind`: the same without its figures, so that each kind is reported
    once. `cosigned`: the line to keep. `retry_from`: the size that the witness has."""

    kind: Kind = ""
    problem: str = ""
    cosigned: str = ""
    retry_from: int | None = None

    @property
    def rings_at_once(self) -> bool:
        """Whether the administrators hear of it at once; of others, only if they last."""
        return self.kind in AT_ONCE


FORK = WitnessVerdict("fork", "It has another history of this log: it refuses ours as forked.")


@enforces("6.b.i.9/sealed", "AU-9/witnessed")
def judge_answer(
    status: int, text: str, key: NoteKey, checkpoint: Checkpoint, old: int, now: datetime, grown: int
) -> WitnessVerdict:
    """The verdict on the answer to a checkpoint that was asked for from size `old`. `grown`: the log's size after the
    answer: another node may have had a newer head cosigned."""
    match status:
        case 200:
            return _judge_cosignature(text, key, checkpoint, now)
        case 409:
            return _judge_size(text, checkpoint, old, grown)
        case 422:
            return FORK
        case 403 | 404:
            say = "Give its operator the keys that `plateward audit checkpoint` prints."
            return WitnessVerdict("unknown", f"It does not know this log or its key. {say}")
    return WitnessVerdict("status", f"It answers {status}.")


def _judge_cosignature(text: str, key: NoteKey, checkpoint: Checkpoint, now: datetime) -> WitnessVerdict:
    try:
        for signature in parse_signatures(text):
            if signature.is_by(key):
                at = verify_signature(key, checkpoint, signature)
                if at is None or abs(at - now) > CLOCK_MAY_DIFFER:
                    return WitnessVerdict("clock", f"Its clock says {at:%Y-%m-%d %H:%M:%S} UTC.")
                return WitnessVerdict(cosigned=str(signature))
    except BadNote:
        return WitnessVerdict("signature", "It says that it cosigned, but its signature is false.")
    return WitnessVerdict("key", "It cosigned with another key than the witness policy names.")


def _judge_size(text: str, checkpoint: Checkpoint, old: int, grown: int) -> WitnessVerdict:
    try:
        size = parse_number(text.strip("\n"))
    except BadNote:
        return WitnessVerdict("size", "It answers 409 without a size.")
    if size > grown:
        more = f"It has {size:,} entries of this log of {grown:,}: entries were lost or removed."
        return WitnessVerdict("lost", more)
    if size > checkpoint.size:
        return WitnessVerdict("newer", f"It has a newer head of this log, of {size:,} entries.")
    return FORK if size == old else WitnessVerdict(retry_from=size)
