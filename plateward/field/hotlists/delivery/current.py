"""The entries in force of all lists, for the hub's own matching."""

import threading

from plateward.field.hotlists.delivery.building import DeltaBase, build_delta, build_full
from plateward.field.hotlists.delivery.lists import ListSet, current_lists
from plateward.ground.matching.engine import HotListIndex

_loaded: tuple[frozenset[int], HotListIndex] | None = None
_loading = threading.Lock()


def current_index() -> tuple[str, HotListIndex]:
    """The current version and its index. Each process reads the database once, then applies the changes."""
    global _loaded  # noqa: PLW0603  # this process's only cache
    lists = current_lists()
    version, loaded = str(lists.version), _loaded
    if loaded is None or loaded[1].version != version:
        with _loading:
            loaded = _loaded
            if loaded is None or loaded[1].version != version:
                loaded = _loaded = lists.ids, _advance(loaded, lists)
    return version, loaded[1]


def _advance(loaded: tuple[frozenset[int], HotListIndex] | None, lists: ListSet) -> HotListIndex:
    if loaded:
        ids, before = loaded
        change = build_delta(DeltaBase(before.version, ids), lists)
        if change:
            after = before.after(change)
            if len(after) == change.count:
                return after
    return HotListIndex.of(build_full(lists))
