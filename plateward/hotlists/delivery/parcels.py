"""What is handed to readers, signed and encoded once for all that ask for the same."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.conf import settings

from plateward.errors import PlatewardError
from plateward.hotlists.delivery.building import Held, delta, whole
from plateward.hotlists.delivery.lists import Lists
from plateward.policy.trace import enforces
from plateward.wire import encode
from plateward.wire.hotlist import sign_delta, sign_hotlist

WHOLE_KEPT, DELTAS_KEPT = 3, 100  # a whole list of a million entries has 50 MB
WAIT = 0.25  # seconds for what another request is making already


class BeingMade(PlatewardError):
    """Another request is making it: whoever asks again in a second gets it, and nobody waits in line meanwhile."""


@dataclass(frozen=True)
class Parcel:
    """A signed list, or a signed change of one, as msgpack."""

    body: bytes
    is_delta: bool


class _Kept:
    """The last few parcels, each made once. One request makes; the others do not stand in its way."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Parcel | None] = OrderedDict()
        self._making = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Parcel | None]) -> Parcel | None:
        """The parcel of this key. Raises BeingMade."""
        with suppress(KeyError):  # asked in one step: another request may drop it meanwhile
            return self._made[key]
        if not self._making.acquire(timeout=WAIT):
            raise BeingMade("The hot list is being made. Ask again in a second.")
        try:
            if key in self._made:
                return self._made[key]
            made = self._made[key] = make()
            while len(self._made) > self._most:
                self._made.popitem(last=False)
            return made
        finally:
            self._making.release()


_whole, _deltas = _Kept(WHOLE_KEPT), _Kept(DELTAS_KEPT)


@enforces("6.j.i", "6.c.ii")
def parcel(held: Held | None, lists: Lists) -> Parcel:
    """What brings a reader that has `held` to the version of these lists that is in force: a change where it can be
    told, else the whole. Raises BeingMade."""
    version = str(lists.version)
    found = held and _deltas.get((held, lists.ids, version), partial(_delta, held, lists))
    found = found or _whole.get((lists.ids, version), partial(_all, lists))
    assert found  # noqa: S101  # a whole list can always be told
    return found


def _delta(held: Held, lists: Lists) -> Parcel | None:
    made = delta(held, lists)
    if made is None:
        return None
    return Parcel(encode(sign_delta(settings.RING.signing("hotlist"), made)), is_delta=True)


def _all(lists: Lists) -> Parcel:
    return Parcel(encode(sign_hotlist(settings.RING.signing("hotlist"), whole(lists))), is_delta=False)
