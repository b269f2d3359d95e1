"""Which readers have an outdated version of their lists, since when, and by how many changes."""

from collections.abc import Iterable
from typing import Any

from plateward.fleet.lists import Behind, ListVersion, ReaderLists
from plateward.fleet.models import Reader
from plateward.hotlists.delivery.lists import ListSet, current_lists
from plateward.hotlists.models import Revision
from plateward.policy.trace import enforces


@enforces("6.j.i")
def lists_of(readers: Iterable[Reader], **_: Any) -> dict[int, ReaderLists]:
    """What each reader has, by the reader's key."""
    every = current_lists()
    known: dict[tuple[frozenset[int], str], ReaderLists] = {}
    answer = {}
    for reader in readers:
        lists = every.of(reader)
        key = lists.ids, reader.hotlist_version
        if key not in known:
            version = ListVersion.parse(reader.hotlist_version)
            known[key] = ReaderLists(version, _lag(lists, version))
        answer[reader.pk] = known[key]
    return answer


def _lag(lists: ListSet, version: ListVersion | None) -> Behind | None:
    if version == lists.version:
        return None
    if version is None:
        return Behind(None, None)
    new = Revision.objects.filter(hotlist__in=lists.ids, at__isnull=False)
    if version.at:
        new = new.filter(at__gt=version.at)
    first = new.order_by("at").values_list("at", flat=True).first()
    return Behind(max(0, lists.version.changes - version.changes), first)
