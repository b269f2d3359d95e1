"""The only place that writes: how far each check is, what it found, and who hears of it."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import NODE, act
from plateward.core.db.locking import lock_row
from plateward.core.jobs.check import Check, Fault, Group
from plateward.core.jobs.lease import finish, renew, take
from plateward.core.rooms import declared
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.integrity import rules
from plateward.oversight.integrity.models import CheckDay, CheckState, FoundFault
from plateward.oversight.integrity.turns import Turn
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, people_with, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role

HUB = Actor("system", "integrity", "The integrity monitor")
EVERY = 5.0  # seconds from the end of one run to the next
LEASE = timedelta(minutes=10)  # a single step may read a whole file
MOST_FAULTS = 200  # of a check that are kept at a time
GRACE_S = 1800.0  # after a start, until what was missed meanwhile counts as overdue
_started = time.monotonic()
_rests_until = 0.0


def checks() -> dict[str, Check]:
    """All checks of all rooms, by key, in the order of the page; those of what lies on a node, for each node that was
    at work lately."""
    groups, every = list(Group), declared("integrity", "CHECKS")
    lately = CheckState.objects.filter(key__contains="@", ran_at__gt=clock.now() - settings.INTEGRITY_WITHIN)
    nodes = sorted({_here(), *(key.partition("@")[2] for key in lately.values_list("key", flat=True))})
    return {
        named.key: named
        for check in sorted(every, key=lambda check: groups.index(check.group))
        for named in ((_on(check, node) for node in nodes) if check.local else (check,))
    }


def _here() -> str:
    """This node, in the key of a check."""
    return NODE.partition(".")[0][-20:]


def _on(check: Check, node: str) -> Check:
    return replace(check, key=f"{check.key}@{node}", label=f"{check.label} ({node})")


@enforces("6.b.i.3/integrity", "6.j.i/proven", "AU-9/found")
def run_due() -> None:
    """Take up the checks that are due, longest ago first, for this node's share of the time. Nodes share them: each
    leases what it works on, and stores how far it came."""
    global _rests_until  # noqa: PLW0603  # this process's only rest
    if (start := time.monotonic()) < _rests_until:
        return
    waited = 0.0
    share = settings.INTEGRITY_SHARE
    known = {key: check for key, check in checks().items() if not check.local or key.endswith(f"@{_here()}")}
    _make_states(known)
    until = start + EVERY * share / (100 - share)
    for state in take(
        _due(known).order_by(F("ran_at").asc(nulls_first=True), "key"), LEASE, ran_at=clock.now()
    ):
        check, began, computed = known[state.key], time.perf_counter(), time.thread_time()
        if check.every >= rules.DAILY:
            renew(state, check.every / 2)
        turn = Turn(check, state, list(state.faults.filter(ended_at=None)))
        turn.run(until)
        if not check.rolls:  # nobody's work, such as a listener that is down; a database's is the hub's
            waited += time.perf_counter() - began - (time.thread_time() - computed)
        _store(turn, round(1000 * (time.perf_counter() - began)))
        if time.monotonic() >= until:
            break
    now = time.monotonic()
    _rests_until = now + rules.rest_after(now - start - waited, share) - EVERY


def _due(known: dict[str, Check]) -> QuerySet[CheckState]:
    """As rules.is_due has it."""
    now = clock.now()
    too_late = (Q(key=key, next_at__gt=now + check.every + rules.AGAIN_AFTER) for key, check in known.items())
    return CheckState.objects.filter(reduce(or_, too_late, Q(next_at__lte=now)), key__in=known)


def _make_states(keys: Iterable[str]) -> None:
    missing = set(keys) - set(CheckState.objects.values_list("key", flat=True))
    if missing:
        CheckState.objects.bulk_create([CheckState(key=key) for key in missing], ignore_conflicts=True)


def _store(turn: Turn, busy_ms: int) -> None:
    """Store a turn; on the log, if what is wrong changed."""
    state, now = turn.state, clock.now()
    known = {fault.object: fault for fault in turn.known}
    same = {
        name
        for name, fault in turn.faults.items()
        if name in known and rules.is_same_problem(turn.check, known[name].problem, fault.problem[:500])
    }
    over = (turn.right | {known[name].pk for name in turn.faults if name in known}) - {
        known[name].pk for name in same
    }
    fresh = [fault for name, fault in turn.faults.items() if name not in same]
    new = fresh[: max(0, MOST_FAULTS - len(known) + len(over))]
    left = len(known) - len(over) + len(new)
    changes: dict[str, Any] = {"checked": state.checked, "began_at": state.began_at}
    if len(new) < len(fresh):
        state.overflowed = state.began_at or now
    incomplete = state.overflowed is not None and state.overflowed == (state.began_at or state.overflowed)
    if turn.ended:
        state.at, state.next_round_at = "", now + turn.check.every
        if not incomplete:
            changes |= {"ended_at": now, "checked_before": state.checked, "overdue_at": None}
            state.overflowed = None
    if incomplete and not left:  # room for what was dropped
        state.at, state.next_round_at = "", now
    changes |= {"at": state.at, "next_round_at": state.next_round_at, "overflowed": state.overflowed}
    with _recorded(turn, new, over):
        for name in same:
            fault = turn.faults[name]
            FoundFault.objects.filter(pk=known[name].pk).update(
                seen_at=now, at=fault.at, problem=fault.problem[:500]
            )
        FoundFault.objects.filter(pk__in=over).update(ended_at=now)
        FoundFault.objects.bulk_create(
            FoundFault(
                state=state,
                object=item.object,
                problem=item.problem[:500],
                link=item.link,
                at=item.at,
                found_at=now,
            )
            for item in new
        )
        if not left and not state.overflowed and (over or (turn.ended and state.overdue_at)):
            settle_matter(Kind.INTEGRITY_FAIL, state)
        changes["notified_at"] = _notify_new(turn.check, state, now) if left else None
        _note_day(state, checked=turn.checked, faults=len(new), busy_ms=busy_ms)
        finish(state, next_at=_next_at(turn, left, now), **changes)


@enforces("6.b.i.3/integrity", "AU-5/told")
def _notify_new(check: Check, state: CheckState, now: datetime) -> datetime | None:
    """Notify of faults that nobody heard of, at most once an hour. Returns when it last did."""
    last = state.notified_at
    if last and abs(now - last) < rules.NOTIFY_AGAIN_AFTER:
        return last
    faults = state.faults.filter(ended_at=None)
    unheard = faults.filter(found_at__gt=last) if last else faults
    if first := unheard.order_by("pk").first():
        _notify(check, state, str(first))
        return now
    return last


def _next_at(turn: Turn, left: int, now: datetime) -> datetime:
    """When a node takes it up next: at once in the middle of a round, and before the next one if something is wrong."""
    if turn.failed:
        return now + rules.AGAIN_AFTER
    if turn.state.at and not turn.ended:
        return now
    rest = turn.state.next_round_at
    return min(rest, now + rules.AGAIN_AFTER) if left else rest


@contextmanager
def _recorded(turn: Turn, new: list[Fault], over: set[int]) -> Iterator[None]:
    """The transaction, with an entry on the log if something is newly wrong, or right again."""
    if not (new or over):
        with transaction.atomic():
            yield
        return
    event = Event.INTEGRITY_FAIL if new else Event.INTEGRITY_PASS
    with act(HUB, event, f"check:{turn.check.key}") as entry:
        mended = [
            fault.object for fault in turn.known if fault.pk in over and fault.object not in turn.faults
        ]
        entry.note(
            wrong=[fault.object for fault in new],
            problems=[fault.problem for fault in new],
            right_again=mended,
        )
        yield


def _note_day(state: CheckState, *, checked: int, faults: int, busy_ms: int) -> None:
    day, _ = CheckDay.objects.get_or_create(state=state, day=days.today())
    CheckDay.objects.filter(pk=day.pk).update(
        checked=F("checked") + checked, faults=F("faults") + faults, busy_ms=F("busy_ms") + busy_ms
    )


@enforces("6.b.i.3/integrity", "6.b.i.10/failure", "AU-5/told")
def _notify(check: Check, state: CheckState, what: str) -> None:
    """Whoever sees to it; where the log is concerned, the first-line supervisors, too."""
    text = f"Integrity check red: {check.label} ({check.clause}). {what}"
    notify(people_with(Permission.INTEGRITY_VIEW), Kind.INTEGRITY_FAIL, text, state)
    if check.group is Group.LOG:
        supervisors = Person.objects.filter(role=Role.SUPERVISOR)
        notify(supervisors, Kind.INTEGRITY_FAIL, text, state, link=reverse("access:notices"))


@enforces("6.b.i.3/integrity", "AU-5/told")
def report_overdue() -> None:
    """Notify of each check that was not finished in time: nobody knows whether it would be green."""
    if time.monotonic() - _started < GRACE_S:
        return
    now = clock.now()
    for key, check in checks().items():
        within = rules.must_end_within(check, settings.INTEGRITY_WITHIN)
        ended, since = Q(ended_at__lt=now - within), Q(ended_at=None, since__lt=now - within)
        late = ended | since | Q(ended_at__gt=now + rules.CLOCKS_DIFFER)
        if not CheckState.objects.filter(late, pk=key, overdue_at=None).exists():
            continue
        with act(HUB, Event.INTEGRITY_FAIL, f"check:{key}") as entry:
            entry.note(overdue=True)
            if CheckState.objects.filter(late, pk=key, overdue_at=None).update(overdue_at=now):
                state = CheckState.objects.get(pk=key)
                _notify(check, state, f"It was not finished within {clock.format_span(within)}.")


@enforces("6.b.i.3/integrity", "6.b.i.9/entries")
def check_now(actor: PersonActor, check: Check) -> None:
    """Have the monitor begin with this check now, and look again at all that was wrong. Raises Refused."""
    with act(actor, Event.INTEGRITY_ASK, f"check:{check.key}"):
        _make_states([check.key])
        state, now = lock_row(CheckState.objects.get(pk=check.key)), clock.now()
        require(rules.may_ask(check, state.asked_at, now))
        CheckState.objects.filter(pk=state.pk).update(asked_at=now)
        check_soon(state)


def check_soon(state: CheckState) -> None:
    """Have the monitor begin with it within seconds."""
    now = clock.now()
    CheckState.objects.filter(pk=state.pk).update(next_at=now, next_round_at=now)
    state.faults.filter(ended_at=None).update(seen_at=None)
