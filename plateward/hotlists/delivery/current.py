"""The entries in force of all lists, as the hub itself matches with them."""

import threading

from plateward.hotlists.delivery.building import Held, delta, whole
from plateward.hotlists.delivery.lists import Lists, look
from plateward.matching.engine import Index

_loaded: tuple[frozenset[int], Index] | None = None
_loading = threading.Lock()


def index() -> tuple[str, Index]:
    """The version in force and its index: in each process read from the database once, and from then on brought
    forward by what changed."""
    global _loaded  # noqa: PLW0603  # the one cache of this process
    lists = look()
    version, loaded = str(lists.version), _loaded
    if loaded is None or loaded[1].version != version:
        with _loading:
            loaded = _loaded
            if loaded is None or loaded[1].version != version:
                loaded = _loaded = lists.ids, _next(loaded, lists)
    return version, loaded[1]


def _next(loaded: tuple[frozenset[int], Index] | None, lists: Lists) -> Index:
    if loaded:
        ids, before = loaded
        change = delta(Held(before.version, ids), lists)
        if change:
            after = before.after(change)
            if len(after) == change.count:
                return after
    return Index.of(whole(lists))
