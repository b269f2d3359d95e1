"""The entries in force of all lists, for the hub's own matching."""

import threading
from collections.abc import Collection
from contextlib import suppress

from plateward.field.hotlists.delivery.altered import BeingMade, LinesAltered, for_whom_has
from plateward.field.hotlists.delivery.building import DeltaBase, build_delta, build_full
from plateward.field.hotlists.delivery.lists import ListSet, current_lists
from plateward.ground.matching.engine import HotListIndex
from plateward.ground.policy.trace import enforces

TRIES = 5  # in a row in which a list changes while it is read
_loaded: tuple[frozenset[int], HotListIndex] | None = None
_loading = threading.Lock()


def current_index() -> tuple[str, HotListIndex]:
    """A version and its index: the newest, unless entries of a list that it needs were altered past the hub: then what
    was loaded last goes on. Raises BeingMade."""
    try:
        index = newest_index()
    except LinesAltered:
        if _loaded is None:
            raise
        index = _loaded[1]
    return index.version, index


@enforces("6.b.i.9/records")
def newest_index() -> HotListIndex:
    """Each process reads the database once, then applies the changes. A list whose entries are not those that the log
    says is left out of what is read. Raises LinesAltered if a loaded one is such, and nobody knows what changed of it;
    BeingMade."""
    global _loaded  # noqa: PLW0603  # this process's only cache
    for _ in range(TRIES):
        loaded = _loaded
        held: Collection[int] = loaded[0] if loaded else ()
        lists = for_whom_has(held, current_lists())
        if loaded and loaded[1].version == str(lists.version):
            return loaded[1]
        with _loading, suppress(BeingMade):
            if _loaded is loaded:
                try:
                    _loaded = lists.ids, _advance(loaded, lists)
                except LinesAltered:
                    if for_whom_has(held, lists) is lists:
                        raise
    raise BeingMade("The hot lists keep changing while they are read. Try again in a second.")


def _advance(loaded: tuple[frozenset[int], HotListIndex] | None, lists: ListSet) -> HotListIndex:
    if loaded:
        ids, before = loaded
        change = build_delta(DeltaBase(before.version, ids), lists)
        if change:
            after = before.after(change)
            if len(after) == change.count:
                return after
    return HotListIndex.of(build_full(lists))
