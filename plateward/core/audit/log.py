"""Nothing happens unrecorded: an act and its entry are one transaction, and a refusal is recorded too.

with act(request.actor, Event.ALERT_CONFIRM, f"alert:{alert.pk}") as entry:
    ...decide and write...
    entry.note(plate=typed)

record(request.actor, Event.IMAGE_VIEW, f"read:{read.pk}")   # before the image is shown

An entry is found by its object. One that concerns many things names each: `entry.mention(*(f"read:{pk}" for pk in …))`.
"""

import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from plateward.core.audit import rules
from plateward.core.audit.actor import Actor
from plateward.core.audit.continuity import require_newest_head
from plateward.core.audit.events import Event
from plateward.core.audit.group_commit import GroupCommit
from plateward.core.audit.leaf import Detail, EntryOutcome, Leaf, salted_line
from plateward.core.audit.mentions import insert_mentions, mention_details, thing_key
from plateward.core.audit.models import insert_entries, lock_tree, save_tree, seal_line
from plateward.core.audit.records.writing import TOTAL, take_up
from plateward.core.audit.unavailable import LogUnavailable, log_unavailable
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.merkle import Frontier, GrowingTree, leaf_hash
from plateward.ground.policy.decision import Refusal, Refused
from plateward.ground.policy.trace import enforces

__all__ = [
    "DONE_MEANWHILE",
    "EntryDraft",
    "LogUnavailable",
    "NothingToDo",
    "act",
    "acts",
    "record",
    "record_refusal",
]

NODE = socket.gethostname()
WAIT_S = 10  # for the lock on the tree, and for each statement of an append


@dataclass
class EntryDraft:
    """An entry in the making: what `act` yields."""

    actor: Actor
    event: Event
    object: str
    reason: str = ""
    outcome: EntryOutcome = "done"
    clause: str = ""
    details: dict[str, Detail] = field(default_factory=dict)
    mentions: set[bytes] = field(default_factory=set)
    sums_again: bool = False  # two people accepted the sums of records as they are (accepting.py)

    def mention(self, *things: str | bytes) -> None:
        """Name things that the entry concerns besides its object, so that it is found by each ("read:<id>"; or its key,
        if that is all that is known of it)."""
        self.mentions.update(thing if isinstance(thing, bytes) else thing_key(thing) for thing in things)

    def note(self, **details: Any) -> None:
        """Add details: text, numbers, booleans, None, or lists of these. Pass them whole: what is too long is
        cut here and marked. Never secrets."""
        self.details = rules.fit_details(details, self.details)

    def undone(self, error: Exception) -> "EntryDraft":
        """This act was refused, or failed; the reason that the person gave goes to the details."""
        if self.reason:
            self.details["stated_reason"] = self.reason
        if isinstance(error, Refused):
            self.outcome, self.clause, self.reason = "refused", error.refusal.clause, error.refusal.reason
        else:
            # Errors not written for people may contain text that must stay off the log.
            for_people = isinstance(error, PlatewardError)
            self.outcome, self.reason = "failed", str(error) if for_people else type(error).__name__
        return self


# The detail `passed` of the hub's own entry whose act found nothing left to do once it had the lock.
DONE_MEANWHILE = "it is already done, here or on another node"


class NothingToDo(Exception):
    """The same, where the entry would say of a person what they did not do: raised within the act, which is rolled back
    and has no entry. Whoever began the act suppresses it."""


class _OpenAct(threading.local):
    """The drafts of the outermost act open in this thread; each thread has its own database connection."""

    drafts: list[EntryDraft] | None = None


_open_act = _OpenAct()


@enforces(
    "6.b.i.9/entries",
    "6.b.i.9/denied",
    "6.b.i.9/first",
    "6.b.i.10/failure",
    "AU-2/acts",
    "AU-3/fields",
    "AU-5/stops",
    "AC-6/logged",
)
@contextmanager
def act(actor: Actor, event: Event, object: str, *, reason: str = "") -> Iterator[EntryDraft]:
    """One transaction with its entry, which is appended last, after those of the acts within it.

    An exception rolls everything back, and is recorded before it propagates: a `Refused` as refused, with its
    clause, any other as failed; of `NothingToDo` there is nothing to record. Raises `LogUnavailable`, and nothing
    happened, when the log cannot be written.

    The outermost act is the outermost transaction: within a bare `atomic` block it is a RuntimeError, since
    that block could roll back the record of a refusal.
    """
    draft = EntryDraft(actor, event, object, reason)
    if _open_act.drafts is not None:
        with _nested_act(_open_act.drafts, draft):
            yield draft
        return
    with acts([draft]):
        yield draft


@contextmanager
def acts(own: Sequence[EntryDraft]) -> Iterator[None]:
    """Acts that share an outermost transaction, each with its entry, after those of the acts within it; the last one's
    says what they wrote. If one of several fails, none happened and nothing is recorded: whoever joined them does each
    alone."""
    within = _open_act.drafts = []
    try:
        with transaction.atomic(durable=True):
            yield
            _append([*within, *own])
    except LogUnavailable:
        raise
    except Exception as error:
        if len(own) == 1 and (left := _left_by(error, within, own[0])):
            _append_alone(left)
        raise
    finally:
        _open_act.drafts = None


@contextmanager
def _nested_act(drafts: list[EntryDraft], draft: EntryDraft) -> Iterator[None]:
    """An act within an act: a savepoint, whose entries wait for the end of the outermost."""
    before = len(drafts)
    try:
        with transaction.atomic():
            yield
    except Exception as error:
        drafts[before:] = _left_by(error, drafts[before:], draft)
        raise
    drafts.append(draft)


def _left_by(error: Exception, within: Sequence[EntryDraft], draft: EntryDraft) -> list[EntryDraft]:
    """The entries of an act that this error rolls back: its own, last, after the denials `within` it."""
    return [*_denials(within), *([] if isinstance(error, NothingToDo) else [draft.undone(error)])]


def _denials(drafts: Sequence[EntryDraft]) -> list[EntryDraft]:
    """The entries that survive a rollback of the surrounding transaction."""
    return [draft for draft in drafts if draft.outcome != "done"]


@enforces("6.b.i.9/entries", "6.b.i.9/first", "AU-2/acts", "AU-3/fields")
def record(
    actor: Actor,
    event: Event,
    object: str,
    *,
    outcome: EntryOutcome = "done",
    clause: str = "",
    reason: str = "",
    mentions: Iterable[str | bytes] = (),
    **details: Any,
) -> None:
    """Log and commit what has no transaction of its own: before a page is shown, for example.

    Within an act it joins that act's entries; within a bare `atomic` block, that transaction (but a denial
    does not: see `act`). Raises `LogUnavailable` when the log cannot be written.
    """
    draft = EntryDraft(actor, event, object, reason, outcome, clause)
    draft.note(**details)
    draft.mention(*mentions)
    if _open_act.drafts is not None:
        _open_act.drafts.append(draft)
    else:
        _append_alone([draft])


def record_refusal(actor: Actor, event: Event, object: str, refusal: Refusal, **details: Any) -> None:
    """Log and commit what was refused outside an act."""
    record(actor, event, object, outcome="refused", clause=refusal.clause, reason=refusal.reason, **details)


def _append_alone(drafts: Sequence[EntryDraft]) -> None:
    """Append and commit; within a transaction, join it."""
    if not connection.in_atomic_block:
        _group.commit(drafts)
        return
    try:
        with transaction.atomic(durable=bool(_denials(drafts))):
            _append(drafts)
    except (LogUnavailable, RuntimeError):
        raise
    except Exception as error:
        raise log_unavailable(error, drafts) from error


def _append(drafts: Sequence[EntryDraft]) -> None:
    """Append within the open transaction. Raises LogUnavailable."""
    try:
        _add_to_tree(drafts)
    except Exception as error:
        raise log_unavailable(error, drafts) from error


def _append_at_once(drafts: Sequence[EntryDraft]) -> None:
    with transaction.atomic(durable=True):
        _add_to_tree(drafts)


_group = GroupCommit(_append_at_once)


def _add_to_tree(drafts: Sequence[EntryDraft]) -> None:
    """Under the lock on the tree. What another holds or a disk holds up is over in time, and somebody hears of it. To a
    log whose newest head was altered nothing is added, so nothing that it should record is done or shown."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)",
                [f"{WAIT_S}s", f"{WAIT_S}s"],
            )
    require_newest_head()
    tree = lock_tree()
    frontier = Frontier.load(tree.size, bytes(tree.frontier))
    sums_again = any(draft.sums_again for draft in drafts)
    total, written = take_up(tree, frontier.size + len(drafts) - 1, sums_again=sums_again)
    drafts[-1].details |= written
    rows, mentions, growing, at = [], [], GrowingTree(frontier), clock.now()
    for draft in drafts:
        leaf = _leaf(draft, growing.size, at)
        mentions += [(leaf.sequence, thing) for thing in sorted(draft.mentions)]
        line, covered = salted_line(leaf)
        rows.append((leaf, seal_line(line, leaf.sequence)))
        growing.append(leaf_hash(covered))
    insert_entries(rows)
    insert_mentions(mentions)
    frontier = growing.frontier()
    tree.size, tree.frontier = frontier.size, bytes(frontier)
    if total is not None:
        tree.records = total.sealed(TOTAL.format(size=tree.size))
    save_tree(tree)


@enforces("AU-8/clock")
def _leaf(draft: EntryDraft, sequence: int, at: datetime) -> Leaf:
    return Leaf(
        sequence=sequence,
        at=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        node=rules.fit_text(NODE, rules.MAX_NAME),
        actor_kind=draft.actor.kind,
        actor_id=rules.fit_text(draft.actor.id, rules.MAX_NAME),
        actor_name=rules.fit_text(draft.actor.name, rules.MAX_NAME),
        address=rules.fit_text(draft.actor.address, rules.MAX_NAME),
        session=rules.fit_text(draft.actor.session, rules.MAX_NAME),
        event=draft.event.value,
        object=rules.fit_text(draft.object, rules.MAX_OBJECT),
        outcome=draft.outcome,
        clause=rules.fit_text(draft.clause, rules.MAX_CLAUSE),
        reason=rules.fit_text(draft.reason, rules.MAX_REASON),
        details=({"purpose": draft.actor.purpose} if draft.actor.purpose else {})
        | draft.details
        | mention_details(draft.mentions),
    )
