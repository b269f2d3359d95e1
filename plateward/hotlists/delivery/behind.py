"""Which readers hold an older version than their lists have, since when, and by how many changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from plateward.fleet.models import Reader
from plateward.hotlists.delivery.lists import Lists, look
from plateward.hotlists.delivery.versions import Version
from plateward.hotlists.models import Revision
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Behind:
    """`changes` that the reader lacks (0: only a list's settings or its age differ; None: it holds no version of
    ours), the first of them in force `since`."""

    changes: int | None
    since: datetime | None


@enforces("6.j.i")
def behind(readers: Iterable[Reader]) -> dict[int, Behind | None]:
    """For each reader by key; None: it holds the version in force."""
    every = look()
    found: dict[tuple[frozenset[int], str], Behind | None] = {}
    told = {}
    for reader in readers:
        lists = every.of(reader)
        key = lists.ids, reader.hotlist_version
        if key not in found:
            found[key] = _behind(lists, reader.hotlist_version)
        told[reader.pk] = found[key]
    return told


def _behind(lists: Lists, held: str) -> Behind | None:
    if held == str(lists.version):
        return None
    version = Version.parse(held)
    if version is None:
        return Behind(None, None)
    new = Revision.objects.filter(hotlist__in=lists.ids, at__isnull=False)
    if version.at:
        new = new.filter(at__gt=version.at)
    first = new.order_by("at").values_list("at", flat=True).first()
    return Behind(max(0, lists.version.changes - version.changes), first)
