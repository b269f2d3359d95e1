"""Carries the spool to the hub, and the hot list and the placement back, in a thread of its own, and loses nothing.

A read leaves the spool only when a receipt names it. Reads that no receipt named, because the hub died, was late or is
full, are sent again; the hub knows a read by its id and answers "duplicate", which counts as delivered.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from random import SystemRandom
from uuid import UUID

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.batch import MAX_READS, Batch, Receipt
from plateward.ground.wire.placement import DropCounts
from plateward.ground.wire.state import ReaderState
from plateward.reader.alarms import Alarms
from plateward.reader.capture import CapturedRead
from plateward.reader.certificate import ReaderCertificate
from plateward.reader.errors import (
    BatchRefused,
    HotListRefused,
    HubAway,
    HubRefuses,
    NotMadeYet,
    PlacementRefused,
)
from plateward.reader.faults import Faults
from plateward.reader.frames import Say
from plateward.reader.hub import Hub
from plateward.reader.stores import Stores

POLL = 2.0  # seconds between two checks for a new hot list
REPORT = 60.0  # seconds between two reports of dropped reads
STATE_AGAIN = 600.0  # seconds until an unchanged state of this reader is reported again
REFUSED = 60.0  # seconds until a placement that was refused is asked for again
AGAIN = 1.0  # seconds, while the hub is still making it
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0  # seconds before trying again, doubling
# The same while the hub refuses this reader: until a person acts, or the clock is right again.
LONGEST_REFUSED, LONGEST_WRONG = 3600.0, 300.0
LOOK, CLOCK_SET = 1.0, 30.0  # seconds between two looks at the clock; by a bigger jump somebody set it
HubCall = Callable[[], bool]  # one exchange with the hub; returns whether there is more to do
BATCH_BYTES = 4 * 2**20  # small enough to get through on a poor mobile link


class Sender(threading.Thread):
    """Start it, then `wake` after spooling a read; `again` retries a hub that refused; `drain` waits; `stop` ends
    it."""

    def __init__(
        self,
        hub: Hub,
        stores: Stores,
        alarms: Alarms,
        say: Say,
        faults: Faults | None = None,
        certificate: ReaderCertificate | None = None,
    ) -> None:
        super().__init__(name="sender", daemon=True)
        self._hub, self._spool, self._hotlist, self._say = hub, stores.spool, stores.hotlist, say
        self._placement, self._drops, self._alarms = stores.placement, stores.drops, alarms
        self._batches = stores.batches
        self._stopping = threading.Event()
        self._work = threading.Event()
        self._again = threading.Event()
        self._rest = 0.0  # seconds left to wait after a refusal
        self._most = MAX_READS  # reads in a batch; fewer while searching for an unreadable one
        self._next_poll = 0.0
        self._failures: Counter[HubCall] = Counter()  # in a row
        self._said: dict[HubCall, str] = {}
        self._refused = ""  # why the hub's current hot list is not in use
        self._refused_placement = ""  # its version
        self._next_placement = 0.0  # when to ask for that one again
        self._reported: DropCounts | None = None  # what the hub acknowledged
        self._next_report = 0.0
        self._refused_report = ""  # why the hub refused the last one
        self._faults, self._certificate = faults or Faults(), certificate
        self._told: ReaderState | None = None  # the state that the hub acknowledged
        self._tell_again = 0.0
        self._next_state = 0.0  # after one that the hub refused

    def wake(self) -> None:
        self._work.set()

    def again(self) -> None:
        """A person has acted: ask a hub that refused this reader again at once."""
        self._again.set()

    def drain(self, seconds: float, stop: threading.Event) -> int:
        """Wait until all is sent, for at most `seconds` or until `stop`; returns how many reads are left."""
        end = time.monotonic() + seconds
        self.wake()
        while (left := len(self._spool.waiting())) and time.monotonic() < end and not stop.wait(0.1):
            pass
        return left

    def stop(self) -> None:
        """Stop at the end of the current request at the latest; a request cut off then is sent again at the next
        start."""
        self._stopping.set()
        self._work.set()
        self._again.set()
        self.join(timeout=5)

    def run(self) -> None:
        while not self._stopping.is_set():
            self._work.clear()
            self._rest = 0.0
            # After an outage ask for the list before anything else; a hub that takes no reads may still have a list.
            away = self._failures[self._poll] or self._failures[self._send]
            if away or time.monotonic() >= self._next_poll:
                self._next_poll = time.monotonic() + POLL
                self._try(self._poll)
                self._try(self._renew)
            more = not self._rest and self._try(self._send)
            if self._rest:
                self._bear(self._rest)
            elif failures := self._failures[self._send]:
                self._stopping.wait(_pause(failures))
            elif not more:
                self._work.wait(max(0.0, self._next_poll - time.monotonic()))
        self._hub.close()

    def _bear(self, seconds: float) -> None:
        """Wait this long, or until a person acts, or somebody sets this machine's clock."""
        end, before = time.monotonic() + seconds, _clock_offset()
        while (left := end - time.monotonic()) > 0 and not self._again.wait(min(left, LOOK)):
            if abs(_clock_offset() - before) > CLOCK_SET:
                break
        self._again.clear()

    def _try(self, call: HubCall) -> bool:
        """The call's result, or False if it failed. A failure is reported once, after two in a row (one lost connection
        is nothing), a refusal at once. Either way the reads are safe in the spool and are sent again."""
        try:
            more = call()
        except Exception as error:
            self._failures[call] += 1
            sentence = str(error)
            if refused := isinstance(error, HubRefuses):
                self._rest = _pause(self._failures[call], LONGEST_REFUSED if error.final else LONGEST_WRONG)
                sentence += (
                    f" Retries slow down; to retry at once, restart or use 'kill -USR1 {os.getpid()}'."
                )
            if (refused or self._failures[call] > 1) and sentence not in self._said.values():
                self._said[call] = sentence
                self._say(f"{sentence} Reads waiting to be sent: {len(self._spool.waiting())}.")
            return False
        self._failures[call] = 0
        if self._said.pop(call, ""):
            self._say("The hub is back.")
        return more

    @enforces("5.a/compare")
    def _poll(self) -> bool:
        """Ask for the hot list and the placement; there is never more to do after it. From the hub's answer until both
        are here, or cannot be had, a reader that was away rings no alarm."""
        is_made = True
        try:
            try:
                self._fetch()
            except NotMadeYet:
                is_made = False
                self._next_poll = time.monotonic() + AGAIN
                self._alarms.hold()
            self._fetch_placement()
        except HubRefuses:
            is_made = True  # there is no more to wait for
            raise
        finally:
            if is_made or self._alarms.overdue:
                self._alarms.settle()
        return False

    @enforces("6.a.ii.1/outside", "6.a.ii.1/zones")
    def _fetch_placement(self) -> None:
        """Where this reader may record, if the hub's last answer named another version. One that was refused waits."""
        version, now = self._hub.placement_version, time.monotonic()
        is_refused = version == self._refused_placement
        if version in ("", self._placement.version) or (is_refused and now < self._next_placement):
            return
        try:
            self._placement.offer(self._hub.placement())
        except PlacementRefused as error:
            self._refused_placement, self._next_placement = version, now + REFUSED
            if not is_refused:
                self._say(str(error))
        else:
            self._refused_placement = ""
            self._say("Where this reader may record is up to date.")

    @enforces("6.i.i/rotation", "6.i.ii/devices")
    def _renew(self) -> bool:
        """Another certificate, if the hub's last answer named other authorities or the present one ends soon."""
        if self._certificate and self._certificate.is_due(self._hub.trust_version):
            self._certificate.accept(self._hub.certificate(self._certificate.request()))
            self._say("This reader's certificate was renewed.")
        return False

    def _fetch(self) -> None:
        at_hand = self._hotlist.delta_base
        signed = (
            self._hub.hotlist(at_hand.version, at_hand.lists, self._alarms.hold)
            if at_hand
            else self._hub.hotlist(None, (), self._alarms.hold)
        )
        refused = ""
        if signed is None:
            self._hotlist.confirm()
        else:
            try:
                self._hotlist.offer(signed)
            except HotListRefused as error:
                refused = str(error)
                if refused != self._refused:
                    self._say(refused)
            else:
                self._next_poll = time.monotonic()  # so the hub learns at once that this reader has it
                self._say(
                    f"Hot list {self._hotlist.current.version if self._hotlist.current else ''} is in use."
                )
        self._refused = refused

    def _send(self) -> bool:
        """Send a batch; returns whether reads may be left."""
        items, dropped, state = self._pick(self._spool.waiting()), self._due_report(), self._due_state()
        if not items and dropped is None and state is None:
            return False
        photographs = (jpeg for item in items.values() for jpeg in (item.context, item.plate))
        batch = Batch(
            id=self._batches.numbers.next,
            sent_at=clock.now(),
            reads=[item.read for item in items.values()],
            images={sha256(jpeg).hexdigest(): jpeg for jpeg in photographs},
            dropped=dropped,
            state=state,
            after=self._batches.numbers.after,
        )
        try:
            receipt = self._hub.send(batch)
        except BatchRefused as error:
            if dropped is None and state is None:
                self._shrink(items, str(error))
            else:  # a hub of an earlier version refuses any report: the same reads go at once without it
                self._report_refused(str(error))
        else:
            self._batches.acknowledged()
            if dropped is not None:
                self._reported, self._refused_report = dropped, ""
                self._next_report = time.monotonic() + REPORT
            if state is not None:
                self._told, self._tell_again = state, time.monotonic() + STATE_AGAIN
            if items:
                self._settle(items, receipt)
        return bool(items)

    @enforces("6.a.ii.1/zones")
    def _due_report(self) -> DropCounts | None:
        """The count of dropped reads, if it is more than the hub acknowledged and time for a report."""
        counts = self._drops.counts
        if counts in (DropCounts(counts.since), self._reported):
            return None
        return counts if time.monotonic() >= self._next_report else None

    @enforces("6.j.i/camera", "6.e.iv.2/report")
    def _due_state(self) -> ReaderState | None:
        """What is wrong with this reader, if that changed since the hub heard of it, or it is time to say it again."""
        state, now = self._faults.state, time.monotonic()
        if now < self._next_state or (state == self._told and now < self._tell_again):
            return None
        return state

    def _report_refused(self, why: str) -> None:
        self._next_report = self._next_state = time.monotonic() + REPORT
        if why != self._refused_report:
            self._refused_report = why
            self._say(f"The hub refused a batch with this reader's report: {why}")

    def _pick(self, waiting: list[UUID]) -> dict[UUID, CapturedRead]:
        """As many waiting reads as fit in a batch, at least one."""
        picked: dict[UUID, CapturedRead] = {}
        size = 0
        for id in waiting:
            item = self._spool.load(id)
            if item is None:
                continue
            size += len(item.context) + len(item.plate) + len(item.read.body)
            if picked and (size > BATCH_BYTES or len(picked) >= self._most):
                break
            picked[id] = item
        return picked

    def _settle(self, items: dict[UUID, CapturedRead], receipt: Receipt) -> None:
        """Only reads that were sent and that the receipt names leave the spool."""
        had = items.keys() & {*receipt.accepted, *receipt.duplicates, *receipt.dropped}
        rejected = {no.id: no.reason for no in receipt.rejected if no.id in items.keys() - had}
        self._spool.remove(had)
        self._alarms.note(receipt.handled)
        for id, reason in rejected.items():
            self._spool.reject(id, reason)
        if had or rejected:
            self._most = MAX_READS
        elif receipt.rejected:
            self._shrink(items, receipt.rejected[0].reason)
        else:
            raise HubAway("The hub's receipt lists none of the reads sent.")

    def _shrink(self, items: dict[UUID, CapturedRead], reason: str) -> None:
        """The hub cannot say which read it rejects: send fewer at once until one is left."""
        if len(items) == 1:
            self._most = MAX_READS
            self._spool.reject(next(iter(items)), reason)
        else:
            self._most = len(items) // 2


def _pause(failures: int, most: float | None = None) -> float:
    """Seconds to wait after this many failures in a row, `most` at most."""
    longest: float = min(most or LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 20))
    return longest * SystemRandom().uniform(0.5, 1.0)


def _clock_offset() -> float:
    """The difference in seconds between the settable clock and the monotonic one."""
    return clock.now().timestamp() - time.monotonic()
