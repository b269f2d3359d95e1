"""What a witness's answer means. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from plateward.audit.tlog.checkpoints import Checkpoint, parse_number, verify_signature
from plateward.audit.tlog.notes import BadNote, NoteKey, parse_signatures
from plateward.policy.trace import enforces

AWAY_TOO_LONG = timedelta(minutes=10)  # until the administrators hear of a witness that does not answer
CLOCK_MAY_DIFFER = timedelta(minutes=5)

FORK = "It has another history of this log: it refuses ours as forked."


Kind = Literal["", "away", "clock", "fork", "key", "lost", "newer", "signature", "size", "status", "unknown"]


@dataclass(frozen=True)
class Verdict:
    """`cosigned`: the line to keep. `retry_from`: the size that the witness has. `problem`: what is wrong, in a
    sentence; `kind`: the same without its figures, so that each kind is reported once; `alarm`: at once, or only if it
    lasts."""

    cosigned: str = ""
    retry_from: int | None = None
    problem: str = ""
    kind: Kind = ""
    alarm: Literal["", "at once", "if it lasts"] = ""


@enforces("6.b.i.9", "AU-9")
def judge_answer(
    status: int, text: str, key: NoteKey, checkpoint: Checkpoint, old: int, now: datetime, grown: int
) -> Verdict:
    """The verdict on the answer to a checkpoint that was asked for from size `old`. `grown`: the log's size after the
    answer: another node may have had a newer head cosigned."""
    match status:
        case 200:
            return _judge_cosignature(text, key, checkpoint, now)
        case 409:
            return _judge_size(text, checkpoint, old, grown)
        case 422:
            return Verdict(problem=FORK, kind="fork", alarm="at once")
        case 403 | 404:
            return Verdict(
                problem="It does not know this log or its key. Give its operator the keys that `plateward audit "
                "checkpoint` prints.",
                kind="unknown",
                alarm="if it lasts",
            )
    return Verdict(problem=f"It answers {status}.", kind="status", alarm="if it lasts")


def _judge_cosignature(text: str, key: NoteKey, checkpoint: Checkpoint, now: datetime) -> Verdict:
    try:
        for signature in parse_signatures(text):
            if signature.is_by(key):
                at = verify_signature(key, checkpoint, signature)
                if at is None or abs(at - now) > CLOCK_MAY_DIFFER:
                    return Verdict(
                        problem=f"Its clock says {at:%Y-%m-%d %H:%M:%S} UTC.", kind="clock", alarm="at once"
                    )
                return Verdict(cosigned=str(signature))
    except BadNote:
        return Verdict(
            problem="It says that it cosigned, but its signature is false.", kind="signature", alarm="at once"
        )
    return Verdict(
        problem="It cosigned with another key than the witness policy names.", kind="key", alarm="at once"
    )


def _judge_size(text: str, checkpoint: Checkpoint, old: int, grown: int) -> Verdict:
    try:
        size = parse_number(text.strip("\n"))
    except BadNote:
        return Verdict(problem="It answers 409 without a size.", kind="size", alarm="if it lasts")
    if size > grown:
        return Verdict(
            problem=f"It has {size:,} entries of this log of {grown:,}: entries were lost or removed.",
            kind="lost",
            alarm="at once",
        )
    if size > checkpoint.size:
        return Verdict(
            problem=f"It has a newer head of this log, of {size:,} entries.",
            kind="newer",
            alarm="if it lasts",
        )
    if size == old:
        return Verdict(problem=FORK, kind="fork", alarm="at once")
    return Verdict(retry_from=size)
