"""Lists whose entries in the database are not those that the log says: what goes out is compared (building.py), and a
list that is wrong goes to nobody who lacks it."""

import time
from collections.abc import Collection, Mapping

from plateward.core.audit.records.sums import Sum
from plateward.core.jobs.check import check_wanted
from plateward.field.hotlists.delivery.lists import ListSet, current_lists
from plateward.field.hotlists.models import HotList
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

AGAIN_S = 60.0  # until a list is read again that was wrong
_wrong: dict[
    tuple[int, Sum], float
] = {}  # lists, with what the log says of their entries; when this process read them


class BeingMade(PlatewardError):
    """The lists are being made for another request, or changed while they were read: ask again in a second."""


class LinesAltered(PlatewardError):
    """The entries of one of the lists, in the database, are not those that the log says."""


@enforces("6.b.i.9/records", "AU-9/found")
def require_lines(lists: ListSet, found: Mapping[int, Sum]) -> None:
    """Refuse what was read of these lists, all their entries, unless their sums are those of the log. Integrity then
    looks within a minute and names each. Raises LinesAltered; BeingMade if a list changed meanwhile."""
    wrong = [pk for pk, lines in lists.sums.items() if found.get(pk, Sum()) != lines]
    if not wrong:
        return
    as_logged = current_lists().sums
    if any(as_logged.get(pk) != lists.sums[pk] for pk in wrong):
        raise BeingMade("The hot lists changed while they were read. Try again in a second.")
    now = time.monotonic()
    for key in [key for key, read in _wrong.items() if now - read >= AGAIN_S]:
        _wrong.pop(key, None)
    _wrong.update({(pk, lists.sums[pk]): now for pk in wrong})
    check_wanted.send(HotList, check="hotlists.lines")
    require_unaltered(lists)


def require_unaltered(lists: ListSet) -> None:
    """Without reading them again. Raises LinesAltered."""
    if _lately_wrong(lists):
        raise LinesAltered(
            "The entries of a hot list were altered past the hub (6.b.i.9): it is not handed out. Integrity names it: "
            "report a breach."
        )


def for_whom_has(held: Collection[int], lists: ListSet) -> ListSet:
    """Of lists those that can go to who has `held`: what changed of those, and the others that are not altered."""
    return lists.without(_lately_wrong(lists).difference(held))


def _lately_wrong(lists: ListSet) -> set[int]:
    if not _wrong:
        return set()
    since = time.monotonic() - AGAIN_S
    return {key[0] for key in lists.sums.items() if _wrong.get(key, since) > since}
