"""How much of the read store's work one person may have going at once on this node, which has one process for people
(serve/hub.py): it keeps one person from using up a node's threads, and is no rule of the policy. In the database, each
request would write twice, and a node that dies would leave places taken."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from plateward.ground.policy.decision import Refusal, Refused

AT_ONCE = 2
TOO_MANY = Refusal(
    "6.b.i.8",
    "You have two searches running already.",
    "Stop one of them, or wait until it is done; then try again.",
)


class Slots:
    """AT_ONCE places for each person."""

    def __init__(self) -> None:
        self._taken: Counter[int] = Counter()
        self._lock = threading.Lock()

    def take(self, person: int) -> bool:
        """Whether there was a place; it is theirs until `give_back`."""
        with self._lock:
            if self._taken[person] >= AT_ONCE:
                return False
            self._taken[person] += 1
            return True

    def give_back(self, person: int) -> None:
        """The work is done."""
        with self._lock:
            self._taken[person] -= 1
            self._taken += Counter()  # forgets who has none

    @contextmanager
    def taken(self, person: int) -> Iterator[None]:
        """A place while the block runs. Raises Refused."""
        if not self.take(person):
            raise Refused(TOO_MANY)
        try:
            yield
        finally:
            self.give_back(person)


streams, requests = Slots(), Slots()  # a page's stream; a pattern, an export or a program's request
