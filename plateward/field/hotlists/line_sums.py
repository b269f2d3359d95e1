"""A list's lines in one number: the sum of the digests of those in force (core/audit/records/sums.py), sealed in the
list's row, which is a record. A line that was removed, added, or set back after it ended gives another sum."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db.models import OuterRef, Subquery

from plateward.core.audit.records.integrity import one_moment
from plateward.core.audit.records.sums import Sum, table_digest
from plateward.core.jobs.check import Fault, RoundStep
from plateward.field.hotlists.line_digest import DECIDING, line_digest
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken

CHUNK = 5000
NAMED = 100  # lines of a list that are named one by one


def change_by(revision: Revision) -> Sum:
    """What a revision adds to its list's sum: the lines that it begins, less those that it ends."""
    change = Sum()
    for digest in _digests(revision, "began"):
        change = change.plus(digest)
    for digest in _digests(revision, "ended"):
        change = change.without(digest)
    return change


def _digests(revision: Revision, column: str) -> Iterator[bytes]:
    rows = Entry.objects.filter(**{column: revision}).order_by().values_list("digest", flat=True)
    return map(bytes, rows.iterator(CHUNK))


@enforces("6.b.i.9/records")
def count_in(revision: Revision, change: Sum | None = None) -> None:
    """Within the act that puts the revision in force, with its list locked. `change`: what `change_by` said of many
    lines before the act. Raises SealBroken if the list's sum was altered."""
    hotlist = HotList.objects.get(pk=revision.hotlist_id)
    total = stated(hotlist.pk, hotlist.lines).with_all(change or change_by(revision))
    lines = total.sealed(_place(hotlist.pk))
    HotList.objects.filter(pk=hotlist.pk).update(lines=lines)
    Revision.objects.filter(pk=revision.pk).update(lines=lines)


def stated(hotlist: int, lines: bytes | memoryview | None) -> Sum:
    """What the list's row, or a revision of it, says. Raises SealBroken."""
    return Sum.open(bytes(lines), _place(hotlist)) if lines else Sum()


def stated_at(hotlists: Collection[int], at: datetime | None) -> dict[int, Sum]:
    """What these lists' revisions up to then say. Nobody can make one up, but who writes the database can hide one:
    compare `sums_digest`. Raises SealBroken."""
    if at is None:
        return dict.fromkeys(hotlists, Sum())
    past = (
        Revision.objects.filter(hotlist=OuterRef("pk"), at__lte=at).exclude(lines=None).order_by("-at", "-pk")
    )
    lists = (
        HotList.objects.filter(pk__in=hotlists)
        .order_by()
        .values_list("pk", Subquery(past.values("lines")[:1]))
    )
    return {pk: stated(pk, lines) for pk, lines in lists}


def sums_digest(sums: Mapping[int, Sum]) -> str:
    """Of lists' sums, which it does not tell: 16 hexadecimal digits that only the hub can make."""
    total = Sum()
    for pk, lines in sums.items():
        total = total.plus(table_digest(_place(pk), lines))
    return table_digest("hotlists", total).hex()[:16]


def _place(hotlist: int) -> str:
    return f"hotlist.{hotlist}"


@enforces("6.b.i.3/integrity", "6.b.i.9/records")
def check_lines(at: str) -> Iterator[RoundStep]:
    """A list a step, in the order of their keys."""
    keys = list(HotList.objects.order_by("pk").values_list("pk", flat=True))
    for place, key in enumerate(keys):
        if key >= int(at or 0):
            checked, faults = compare_lines(key)
            yield RoundStep(checked, faults, str(keys[place + 1]) if place + 1 < len(keys) else "")


def compare_lines(key: int) -> tuple[int, list[Fault]]:
    """How many lines the list has, ended ones too, and what is wrong with them, all as of one moment."""
    with one_moment():
        hotlist = HotList.objects.get(pk=key)
        revisions = dict(Revision.objects.exclude(at=None).values_list("pk", "hotlist"))
        checked, altered, found = 0, list[Fault](), Sum()
        rows = Entry.objects.filter(hotlist=hotlist).order_by()
        for pk, digest, ended, *values in rows.values_list("pk", "digest", "ended_id", *DECIDING).iterator(
            CHUNK
        ):
            checked += 1
            began = values[1]
            lists = {revisions[change] for change in (began, ended) if change in revisions}
            if line_digest(pk, values) != bytes(digest) or lists - {key}:
                altered.append(_fault(hotlist, f"Entry {pk} was altered or added past the hub."))
            elif began in revisions and ended not in revisions:
                found = found.plus(bytes(digest))
        faults = altered[:NAMED]
        if len(altered) > NAMED:
            faults.append(_fault(hotlist, f"{len(altered) - NAMED:,} more of its entries are wrong."))
        try:
            said = stated(hotlist.pk, hotlist.lines)
        except SealBroken:
            faults.append(_fault(hotlist, "The count of its entries was altered: it does not open."))
        else:
            if found != said:
                faults.append(_fault(hotlist, _in_words(said.count - found.count)))
    return checked, faults


def _in_words(missing: int) -> str:
    what = "Its entries in force are not those that its last change left"
    if missing > 0:
        return f"{what}: {missing:,} fewer. They were removed, altered or ended past the hub."
    if missing < 0:
        return f"{what}: {-missing:,} more. They were added, or are in force again, past the hub."
    return f"{what}: others are in their place."


def _fault(hotlist: HotList, problem: str) -> Fault:
    name = f"covert list {hotlist.pk}" if hotlist.covert else f"hot list {hotlist}"
    return Fault(name, problem, link=hotlist.get_absolute_url())
