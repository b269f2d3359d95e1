"""Ask each witness to cosign this log, and report at once what it will not sign."""

from datetime import datetime

from django.conf import settings

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act, record
from plateward.audit.signatures import SignedHead
from plateward.audit.stored_tree import StoredTree
from plateward.audit.tlog.checkpoints import Checkpoint
from plateward.audit.tlog.messages import AddCheckpoint
from plateward.audit.tlog.notes import Note
from plateward.audit.tlog.policy import PolicyWitness
from plateward.audit.witnesses.client import WitnessAway, post_checkpoint
from plateward.audit.witnesses.cosigned import cosigned_note, state_name
from plateward.audit.witnesses.models import WitnessState
from plateward.audit.witnesses.rules import AWAY_TOO_LONG, Verdict, judge_answer
from plateward.audit.witnesses.signals import log_alarm
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

THE_HUB = Actor("system", "hub", "The hub")


@enforces("6.b.i.9", "AU-9")
def ask_witnesses(signed: SignedHead) -> Note:
    """Have this head cosigned by each witness of the policy that has an address. Returns the checkpoint with what
    was cosigned. A witness that is away or refuses stops nothing: it is recorded, and the administrators hear of it.

    Raises LogDamaged, TilesBehind."""
    asked = [witness for witness in settings.WITNESS_POLICY.witnesses if witness.url]
    if asked and signed.head.size:
        tree = StoredTree(signed.head.size, bytes.fromhex(signed.head.root))
        for witness in asked:
            _ask(witness, tree, cosigned_note(signed))
    return cosigned_note(signed)


def quorum_is_met(note: Note) -> bool:
    """Whether enough witnesses cosigned this checkpoint."""
    policy = settings.WITNESS_POLICY
    return policy.is_met(policy.cosigners(note))


def _ask(witness: PolicyWitness, tree: StoredTree, note: Note) -> None:
    state, _ = WitnessState.objects.get_or_create(pk=state_name(witness.key))
    checkpoint, now = Checkpoint.parse(note.text), clock.now()
    old = state.size if state.size <= tree.size else 0
    verdict = _verdict(witness, tree, note, old, now)
    if verdict.retry_from is not None:
        verdict = _verdict(witness, tree, note, verdict.retry_from, now)
        if verdict.retry_from is not None:
            verdict = Verdict(problem="It names another size each time.", alarm="if it lasts")
    if verdict.cosigned:
        state.size, state.root, state.cosigned = checkpoint.size, checkpoint.root, verdict.cosigned
        state.answered_at = now
    _note_problem(witness, state, verdict, now)


def _verdict(witness: PolicyWitness, tree: StoredTree, note: Note, old: int, now: datetime) -> Verdict:
    request = AddCheckpoint(old, tuple(tree.consistency(old)), note)
    try:
        answer = post_checkpoint(witness.url, request, settings.WITNESS_AUTHORITY)
    except WitnessAway as away:
        return Verdict(problem=f"It could not be asked: {away}", alarm="if it lasts")
    except PlatewardError as error:
        return Verdict(problem=str(error), alarm="if it lasts")
    return judge_answer(answer.status, answer.text, witness.key, Checkpoint.parse(note.text), old, now)


@enforces("6.b.i.9", "AU-5", "AU-6")
def _note_problem(witness: PolicyWitness, state: WitnessState, verdict: Verdict, now: datetime) -> None:
    """Save the state; record a problem when it begins to matter, and its end. Two nodes may both ask: one records."""
    state.problem = verdict.problem[:400]
    state.failing_since = (state.failing_since or now) if verdict.problem else None
    lasts = state.failing_since is not None and now - state.failing_since >= AWAY_TOO_LONG
    due = verdict.problem and (verdict.alarm == "at once" or lasts)
    was = state.alarmed
    if not due:
        state.alarmed = was if verdict.problem else ""
        _save(state, was)
        if was and not verdict.problem:
            record(THE_HUB, Event.WITNESS_ANSWER, f"witness:{witness.name}", size=state.size)
        return
    state.alarmed = state.problem
    if was == state.alarmed:
        _save(state, was)
        return
    with act(THE_HUB, Event.WITNESS_REFUSE, f"witness:{witness.name}") as entry:
        entry.note(problem=state.problem, size=state.size)
        if _save(state, was):
            log_alarm.send(
                None, text=f"Audit log, witness {witness.name}: {state.problem} See the Audit log page."
            )


def _save(state: WitnessState, was: str) -> int:
    """Unless another node was faster with another alarm: 1 if saved."""
    names = ("size", "root", "cosigned", "answered_at", "failing_since", "problem", "alarmed")
    values = {name: getattr(state, name) for name in names}
    return WitnessState.objects.filter(pk=state.pk, alarmed=was).update(**values)
