"""What the witnesses last cosigned, compared with the heads of the log."""

from datetime import timedelta

from django.conf import settings

from plateward import clock
from plateward.audit import known_heads
from plateward.audit.checkpoint import log_origin
from plateward.audit.models import Head
from plateward.audit.tlog.checkpoints import Checkpoint, verify_signature
from plateward.audit.tlog.notes import BadNote, NoteKey, parse_signatures
from plateward.audit.witnesses.cosigned import state_name
from plateward.audit.witnesses.models import WitnessState
from plateward.audit.witnesses.rules import AWAY_TOO_LONG
from plateward.jobs.check import Check, Fault, Group, whole
from plateward.policy.trace import enforces


@enforces("6.b.i.3", "AU-9")
def _look_at_witnesses() -> tuple[int, list[Fault]]:
    states = WitnessState.objects.in_bulk()
    problems = {
        witness.name: _problem(witness.key, states.get(state_name(witness.key)))
        for witness in settings.WITNESS_POLICY.witnesses
    }
    return len(problems), [Fault(f"witness {name}", text) for name, text in problems.items() if text]


def _problem(key: NoteKey, state: WitnessState | None) -> str:
    """What is wrong with a witness's last word, if anything is."""
    if state is None:
        return ""  # it is asked with the next head
    if state.failing_since and clock.now() - state.failing_since >= AWAY_TOO_LONG:
        return (
            f"It has not cosigned for {clock.format_span(clock.now() - state.failing_since)}. {state.problem}"
        )
    gaps = known_heads.accepted_gaps()
    if not state.cosigned or (gaps and state.answered_at and state.answered_at.isoformat() < gaps[-1].at):
        return ""  # of the part that a restored database lost
    checkpoint = Checkpoint(log_origin(gaps), state.size, bytes(state.root))
    try:
        for signature in parse_signatures(state.cosigned):
            verify_signature(key, checkpoint, signature)
    except BadNote:
        return f"Its cosignature of {state.size:,} entries, as stored here, is not its own: it was altered."
    if not Head.objects.filter(size=state.size, root=bytes(state.root)).exists():
        return f"It cosigned {state.size:,} entries with a root that no head of this log has."
    return ""


CHECKS = (
    Check(
        "audit.witnesses", Group.LOG, "Cosignatures of witnesses", "witnesses", "6.b.i.9",
        "Call the witness's operator. If the witness is right, change nothing and report a breach.",
        whole(_look_at_witnesses), every=timedelta(minutes=10),
    ),
)  # fmt: skip
