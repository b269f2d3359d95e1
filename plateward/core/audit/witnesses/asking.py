"""Ask each witness to cosign this log (c2sp.org/tlog-witness), and report at once what it will not sign. What it
answers is not trusted, but checked."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.audit.models import Tree
from plateward.core.audit.signatures import SignedHead
from plateward.core.audit.stored_tree import StoredTree
from plateward.core.audit.tlog.checkpoints import Checkpoint
from plateward.core.audit.tlog.messages import AddCheckpoint
from plateward.core.audit.tlog.notes import Note
from plateward.core.audit.tlog.policy import NONE, PolicyWitness
from plateward.core.audit.witnesses.cosigned import cosigned_note, state_name
from plateward.core.audit.witnesses.models import WitnessState
from plateward.core.audit.witnesses.rules import AWAY_TOO_LONG, WitnessVerdict, judge_answer
from plateward.core.audit.witnesses.signals import log_alarm
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.links.https import HttpAnswer, HttpQuestion, NoAnswer, ask
from plateward.ground.links.secure import strong_context
from plateward.ground.policy.trace import enforces

WAIT_S = 10.0  # for one witness, whatever it does
MAX_ANSWER_BYTES = 64 * 1024
LOCAL = ("127.0.0.1", "::1", "localhost")


class WitnessAway(PlatewardError):
    """The witness gave no usable answer."""


@dataclass(frozen=True)
class _Question:
    """What a witness is asked: to cosign from size `old` on. `again`: it named that size itself."""

    witness: PolicyWitness
    state: WitnessState  # as read before
    old: int
    again: bool = False


@enforces("6.b.i.9/sealed", "AU-9/witnessed")
def ask_witnesses(signed: SignedHead) -> Note:
    """Have this head cosigned by each witness of the policy that has an address. Returns the checkpoint with what
    was cosigned. A witness that is away or refuses stops nothing: it is recorded, and the administrators hear of it.

    Raises LogDamaged, TilesBehind."""
    asked = [witness for witness in settings.WITNESS_POLICY.witnesses if witness.url]
    if asked and signed.head.size:
        tree = StoredTree(signed.head.size, bytes.fromhex(signed.head.root))
        _ask(asked, tree, cosigned_note(signed))
    return cosigned_note(signed)


def quorum_is_met(note: Note) -> bool | None:
    """Whether enough witnesses cosigned this checkpoint; None if the policy, or that there is none, asks for no
    quorum."""
    policy = settings.WITNESS_POLICY
    return None if policy.quorum == NONE else policy.is_met(policy.cosigners(note))


def say_quorum(note: Note) -> str:
    """The same in a sentence."""
    if not settings.WITNESS_POLICY.witnesses:
        return "No witness policy is set (witness.policy): no witness vouches for this log."
    return {
        True: "The quorum of the witness policy is met.",
        False: "The quorum of the witness policy is NOT met.",
        None: "The witness policy asks for no quorum.",
    }[quorum_is_met(note)]


def _ask(witnesses: Sequence[PolicyWitness], tree: StoredTree, note: Note) -> None:
    """All at the same time, so that none waits for another. Only the requests are in threads, not the database."""
    begin, checkpoint = time.monotonic(), Checkpoint.parse(note.text)
    with ThreadPoolExecutor(len(witnesses), "witness") as threads:

        def post(question: _Question) -> Future[HttpAnswer]:
            request = AddCheckpoint(question.old, tuple(tree.consistency(question.old)), note)
            left = max(0.0, begin + WAIT_S - time.monotonic())
            url, authority = question.witness.url, settings.WITNESS_AUTHORITY
            return threads.submit(post_checkpoint, url, request, authority, left)

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


def _verdict(question: _Question, answered: Future[HttpAnswer], checkpoint: Checkpoint) -> WitnessVerdict:
    try:
        answer = answered.result()
    except WitnessAway as away:
        return WitnessVerdict("away", f"It could not be asked: {away}")
    key, grown = question.witness.key, Tree.objects.get().size
    verdict = judge_answer(
        answer.status,
        answer.body.decode("utf-8", "replace"),
        key,
        checkpoint,
        question.old,
        clock.now(),
        grown,
    )
    if verdict.retry_from is not None and question.again:
        return WitnessVerdict("size", "It names another size each time.")
    return verdict


@enforces("6.b.i.9/sealed", "AU-5/told")
def _keep(question: _Question, verdict: WitnessVerdict, checkpoint: Checkpoint) -> None:
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
    elif verdict.kind in known or not (verdict.rings_at_once or lasts):
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


@enforces("6.i.ii/tls", "SC-8/systems")
def post_checkpoint(
    url: str, request: AddCheckpoint, authority: Path | None, within: float = WAIT_S
) -> HttpAnswer:
    """One request to the witness at `url`, over after `within` seconds. Raises WitnessAway."""
    _require_address(url)
    try:
        tls = strong_context(file=authority)
    except (OSError, ValueError) as error:
        raise WitnessAway(f"{authority} is no PEM file of certificates ({error}). Correct it.") from error
    question = HttpQuestion("POST", f"{url}/add-checkpoint", {}, bytes(request))
    try:
        return ask(url, question, tls, within, MAX_ANSWER_BYTES)
    except NoAnswer as no:
        raise WitnessAway(f"it {no}.") from no


def _require_address(url: str) -> None:
    """Raises WitnessAway if it is no address for a witness."""
    try:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in LOCAL
        usable = bool(httpx.URL(url).host) and (local or parts.scheme == "https")
    except (httpx.InvalidURL, ValueError):
        usable = False
    if not usable:
        raise WitnessAway(f"{url} is not an https address. Correct the witness policy.")
