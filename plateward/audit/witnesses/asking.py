"""Ask each witness to cosign this log, and report at once what it will not sign."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from copy import copy
from dataclasses import dataclass, replace

from django.conf import settings

from plateward import clock
from plateward.audit.actor import HUB
from plateward.audit.events import Event
from plateward.audit.log import act, record
from plateward.audit.models import Tree
from plateward.audit.signatures import SignedHead
from plateward.audit.stored_tree import StoredTree
from plateward.audit.tlog.checkpoints import Checkpoint
from plateward.audit.tlog.messages import AddCheckpoint
from plateward.audit.tlog.notes import Note
from plateward.audit.tlog.policy import PolicyWitness
from plateward.audit.witnesses import client
from plateward.audit.witnesses.client import WitnessAnswer, WitnessAway
from plateward.audit.witnesses.cosigned import cosigned_note, state_name
from plateward.audit.witnesses.models import WitnessState
from plateward.audit.witnesses.rules import AWAY_TOO_LONG, Verdict, judge_answer
from plateward.audit.witnesses.signals import log_alarm
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class _Question:
    """What a witness is asked: to cosign from size `old` on. `again`: it named that size itself."""

    witness: PolicyWitness
    state: WitnessState  # as read before
    old: int
    again: bool = False


@enforces("6.b.i.9", "AU-9")
def ask_witnesses(signed: SignedHead) -> Note:
    """Have this head cosigned by each witness of the policy that has an address. Returns the checkpoint with what
    was cosigned. A witness that is away or refuses stops nothing: it is recorded, and the administrators hear of it.

    Raises LogDamaged, TilesBehind."""
    asked = [witness for witness in settings.WITNESS_POLICY.witnesses if witness.url]
    if asked and signed.head.size:
        tree = StoredTree(signed.head.size, bytes.fromhex(signed.head.root))
        _ask(asked, tree, cosigned_note(signed))
    return cosigned_note(signed)


def quorum_is_met(note: Note) -> bool:
    """Whether enough witnesses cosigned this checkpoint."""
    policy = settings.WITNESS_POLICY
    return policy.is_met(policy.cosigners(note))


def _ask(witnesses: Sequence[PolicyWitness], tree: StoredTree, note: Note) -> None:
    """All at the same time, so that none waits for another. Only the requests are in threads, not the database."""
    begin, checkpoint = time.monotonic(), Checkpoint.parse(note.text)
    with ThreadPoolExecutor(len(witnesses), "witness") as threads:

        def post(question: _Question) -> Future[WitnessAnswer]:
            request = AddCheckpoint(question.old, tuple(tree.consistency(question.old)), note)
            left = max(0.0, begin + client.WAIT_S - time.monotonic())
            url, authority = question.witness.url, settings.WITNESS_AUTHORITY
            return threads.submit(client.post_checkpoint, url, request, authority, left)

        waiting = {post(question): question for question in _first_questions(witnesses, tree)}
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                question = waiting.pop(future)
                verdict = _verdict(question, future, checkpoint)
                if verdict.retry_from is not None and not question.again:
                    again = replace(question, old=verdict.retry_from, again=True)
                    waiting[post(again)] = again
                else:
                    _keep(question, verdict, checkpoint)


def _first_questions(witnesses: Sequence[PolicyWitness], tree: StoredTree) -> Iterator[_Question]:
    for witness in witnesses:
        state, _ = WitnessState.objects.get_or_create(pk=state_name(witness.key))
        yield _Question(witness, state, state.size if state.size <= tree.size else 0)


def _verdict(question: _Question, answered: Future[WitnessAnswer], checkpoint: Checkpoint) -> Verdict:
    try:
        answer = answered.result()
    except WitnessAway as away:
        return Verdict(problem=f"It could not be asked: {away}", kind="away", alarm="if it lasts")
    except PlatewardError as error:
        return Verdict(problem=str(error), kind="away", alarm="if it lasts")
    key, grown = question.witness.key, Tree.objects.get().size
    verdict = judge_answer(answer.status, answer.text, key, checkpoint, question.old, clock.now(), grown)
    if verdict.retry_from is not None and question.again:
        return Verdict(problem="It names another size each time.", kind="size", alarm="if it lasts")
    return verdict


@enforces("6.b.i.9", "AU-5", "AU-6")
def _keep(question: _Question, verdict: Verdict, checkpoint: Checkpoint) -> None:
    """Save the state; record a problem when it begins to matter, and its end. Each kind is reported once until the
    witness answers well: a lie in ever other figures does not ring each time. Two nodes may both ask: one records."""
    read, now = question.state, clock.now()
    state = copy(read)
    if verdict.cosigned:
        state.size, state.root, state.cosigned = checkpoint.size, checkpoint.root, verdict.cosigned
        state.answered_at = now
    state.problem = verdict.problem[:400]
    state.failing_since = (read.failing_since or now) if verdict.problem else None
    lasts = state.failing_since is not None and now - state.failing_since >= AWAY_TOO_LONG
    known = read.alarmed.split()
    witness = question.witness.name
    if not verdict.problem:
        state.alarmed = ""
        if _save(state, read) and known:
            record(HUB, Event.WITNESS_ANSWER, f"witness:{witness}", size=state.size)
    elif verdict.kind in known or not (verdict.alarm == "at once" or lasts):
        _save(state, read)
    else:
        state.alarmed = " ".join([*known, verdict.kind])
        with act(HUB, Event.WITNESS_REFUSE, f"witness:{witness}") as entry:
            entry.note(problem=state.problem, size=state.size)
            if _save(state, read):
                text = f"Audit log, witness {witness}: {state.problem} See the Audit log page."
                log_alarm.send(None, text=text)


def _save(state: WitnessState, read: WitnessState) -> int:
    """Unless another node was faster with another alarm or checkpoint: 1 if saved."""
    names = ("size", "root", "cosigned", "answered_at", "failing_since", "problem", "alarmed")
    values = {name: getattr(state, name) for name in names}
    return WitnessState.objects.filter(pk=state.pk, alarmed=read.alarmed, size=read.size).update(**values)
