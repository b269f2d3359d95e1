"""Bundles for readers, signed and encoded once for all that ask for the same."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.conf import settings

from plateward.field.hotlists.delivery.altered import BeingMade
from plateward.field.hotlists.delivery.building import DeltaBase, build_delta, build_full
from plateward.field.hotlists.delivery.lists import ListSet
from plateward.ground.policy.trace import enforces
from plateward.ground.wire import encode
from plateward.ground.wire.hotlist import sign_delta, sign_hotlist

FULL_KEPT, DELTAS_KEPT = 3, 100  # the full list of a million entries takes 50 MB
WAIT = 0.25  # seconds to wait while another request makes the bundle


@dataclass(frozen=True)
class Bundle:
    """A signed list, or a signed delta, as msgpack."""

    body: bytes
    is_delta: bool


class _BundleCache:
    """The last few bundles, each made once. One request makes a bundle; it does not block the others."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Bundle | None] = OrderedDict()
        self._making = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Bundle | None]) -> Bundle | None:
        """The bundle for this key. Raises BeingMade."""
        with suppress(KeyError):  # a single lookup: another request may drop the bundle meanwhile
            return self._made[key]
        if not self._making.acquire(timeout=WAIT):
            raise BeingMade("The hot list is being built. Try again in a second.")
        try:
            if key in self._made:
                return self._made[key]
            bundle = self._made[key] = make()
            while len(self._made) > self._most:
                self._made.popitem(last=False)
            return bundle
        finally:
            self._making.release()


_full_bundles, _delta_bundles = _BundleCache(FULL_KEPT), _BundleCache(DELTAS_KEPT)


@enforces("6.c.ii/lists")
def bundle_for(base: DeltaBase | None, lists: ListSet) -> Bundle:
    """The bundle that brings a reader from `base` to the current version of these lists: a delta if possible,
    else the full list. Raises BeingMade, LinesAltered."""
    version = str(lists.version)
    bundle = base and _delta_bundles.get((base, lists.ids, version), partial(_delta_bundle, base, lists))
    bundle = bundle or _full_bundles.get((lists.ids, version), partial(_full_bundle, lists))
    assert bundle  # noqa: S101  # a full list can always be made
    return bundle


def _delta_bundle(base: DeltaBase, lists: ListSet) -> Bundle | None:
    change = build_delta(base, lists)
    if change is None:
        return None
    return Bundle(encode(sign_delta(settings.RING.signing("hotlist"), change)), is_delta=True)


def _full_bundle(lists: ListSet) -> Bundle:
    return Bundle(encode(sign_hotlist(settings.RING.signing("hotlist"), build_full(lists))), is_delta=False)
