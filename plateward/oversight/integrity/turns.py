"""A node's turn at one check: what it looks at, and what that says about the faults that are known. Writes nothing."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from plateward.core.audit.records.integrity import broken_seal
from plateward.core.db.broken import listing_broken
from plateward.core.jobs.check import Check, Fault, RoundStep
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.oversight.integrity import rules
from plateward.oversight.integrity.models import CheckState, FoundFault

log = logging.getLogger(__name__)

ITSELF = "the check itself"
LONGEST = 200  # characters of an object's name


@dataclass
class Turn:
    """`faults`: what is wrong, by object; `right`: the known faults that are no more, by key. `ended`: the round is
    over; `failed`: the check raised an error."""

    check: Check
    state: CheckState
    known: list[FoundFault]
    checked: int = 0
    ended: bool = False
    failed: bool = False
    faults: dict[str, Fault] = field(default_factory=dict)
    right: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._by_place = defaultdict[str, list[FoundFault]](list)
        for fault in self.known:
            self._by_place[fault.at].append(fault)

    @enforces("6.b.i.3/integrity")
    def run(self, until: float) -> None:
        """Look again at what was wrong, and go on with the round, until then by time.monotonic(); a step at least."""
        now, state = clock.now(), self.state
        again = sorted({fault.at for fault in self.known if _is_due(fault, now)})
        for at in again if self.check.rolls else ():
            self._step(at, self.check.steps(at))
            if self.failed or time.monotonic() >= until:
                return
        if not state.at:
            due = rules.is_due(state.next_round_at, self.check, now)
            if not due and (self.check.rolls or not again):
                return
            state.began_at, state.checked = now, 0
        steps = self.check.steps(state.at)
        while step := self._step(state.at, steps):
            state.at, state.checked = step.at, state.checked + step.checked
            if not step.at:
                break
            if time.monotonic() >= until:
                return
        self.ended = not self.failed
        if self.ended and not self.check.rolls:
            self.right |= {fault.pk for fault in self.known if self._is_over(fault)}

    def _is_over(self, fault: FoundFault) -> bool:
        """Whether the round, which may have taken several turns, did not find it."""
        seen = max(fault.found_at, fault.seen_at or fault.found_at)
        return fault.object not in self.faults and not (self.state.began_at and seen >= self.state.began_at)

    def _step(self, at: str, steps: Iterator[RoundStep]) -> RoundStep | None:
        """The next step, which begins at `at`; None if there is none, or if it failed. A row in it whose seal is broken
        is a fault of its own, and the step goes on with the next one."""
        try:
            with listing_broken() as broken:
                step = next(steps, None)
        except Exception as error:
            log.exception("The integrity check %s failed.", self.check.key)
            why = (
                str(error)
                if isinstance(error, PlatewardError)
                else f"{type(error).__name__}: see the hub's log."
            )
            self.failed = True
            self.faults[ITSELF] = Fault(ITSELF, f"It could not look. {why}", at)
            step = None
        faults = [*(step.faults if step else ()), *map(broken_seal, broken)]
        names = {fault.object[:LONGEST]: fault for fault in faults}
        self.faults |= {name: replace(fault, object=name, at=fault.at or at) for name, fault in names.items()}
        if step:
            self.checked += step.checked
            self.right |= {fault.pk for fault in self._by_place[at] if fault.object not in names}
        return step


def _is_due(fault: FoundFault, now: datetime) -> bool:
    return fault.seen_at is None or abs(now - fault.seen_at) >= rules.AGAIN_AFTER
