"""Looking at a file: what it would add, change, remove, and which lines cannot be taken. Nothing is changed."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db.models import Max

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.hotlists.imports import formats, returns, store, text, work
from plateward.hotlists.imports.models import Part
from plateward.hotlists.imports.rows import (
    FACTS,
    MAX_ROWS,
    SPLIT,
    Naming,
    NotAList,
    Rejection,
    Row,
    RowError,
    Terms,
    rejected,
)
from plateward.hotlists.imports.rules import Comparison, Fate, Thresholds, held, plates
from plateward.hotlists.models import HotList, Load, Reason
from plateward.hotlists.protected import rules as protected
from plateward.hotlists.protected.models import Vehicle
from plateward.jobs.lease import finish
from plateward.policy.trace import enforces

FIGURES = ("rows", "before", "added", "changed", "removed", "rejected", "held_back", "named")
FOUND = tuple(kind for kind in Part.Kind if kind != Part.Kind.FILE)
SHOWN = 200  # of each kind, on a page
BEAT_EVERY = 5000  # lines
State = Load.State


class Shown(msgspec.Struct):
    """The first of each kind, for a page and the command line."""

    added: list[Row] = []
    changed: list[Row] = []
    removed: list[tuple[str, str]] = []
    rejected: list[Rejection] = []


def terms(hotlist: HotList) -> Terms:
    """What this list's lines are held against now."""
    return Terms(Reason.current(), clock.now(), ZoneInfo(settings.TIME_ZONE), hotlist.priority)


def live(hotlist: HotList) -> dict[str, int]:
    """The entries in force: the hash of what a change would be a change of, by key."""
    found = hotlist.entries.in_force().order_by().values_list("bare", "state", "nic", *FACTS)
    return {
        f"{bare}{SPLIT}{state}{SPLIT}{nic}": hash(tuple(facts))
        for bare, state, nic, *facts in found.iterator(chunk_size=5000)
    }


@enforces("5.f", "5.h", "6.a.ii.3", "6.b.i.9")
def look(who: Who, load: Load) -> Load:
    """Read the file whole and compare. The load is then LOOKED, or HELD where the list would change its size
    suddenly, or a line names a vehicle of the register. Raises NotAList, on the record, and the load is FAILED; Taken
    where another does it."""
    with work.working(load, State.LOOKING, State.RECEIVED) as (leased, beat):
        try:
            sudden = compare(load, beat)
        except NotAList as error:
            with act(who, Event.HOTLIST_PREVIEW, f"hotlist:{load.hotlist.name}", reason=str(error)) as entry:
                entry.outcome = "failed"
                entry.note(load=load.pk, file=load.file_name, sha256=load.sha256)
            raise
        with act(who, Event.HOTLIST_PREVIEW, f"hotlist:{load.hotlist.name}", reason=sudden) as entry:
            figures = {name: getattr(load, name) for name in FIGURES}
            entry.note(load=load.pk, file=load.file_name, sha256=load.sha256, **figures)
            state = State.HELD if sudden else State.LOOKED
            finish(leased, state=state, error=sudden, looked_at=clock.now())
    load.refresh_from_db()
    return load


def compare(load: Load, beat: work.Beat) -> str:
    """Every line's fate against the entries in force: what is to be begun and ended is kept, with the figures. Returns
    why it waits for a person, or "". Raises NotAList."""
    store.forget(load, *FOUND)  # of a try cut short, or of an earlier look
    hotlist, reader = load.hotlist, formats.reader(load.format)
    base_at = last_change(hotlist)  # before the entries are read: what comes between is noticed
    lines = text.lines(store.chunks(load, Part.Kind.FILE), reader.encoding)
    before = live(hotlist)
    recalled = returns.recalled(hotlist)
    counts, shown, compared = Counter(before=len(before)), Shown(), Comparison(before, recalled)
    kept = {kind: store.Writer(load, kind) for kind in (Part.Kind.ADDED, Part.Kind.CHANGED)}
    bad, lost = store.Writer(load, Part.Kind.REJECTED), store.Writer(load, Part.Kind.LOST)
    named, held_lines = _Named(load), returns.HeldLines(load, recalled)
    for number, (item, fate) in enumerate(_fates(reader.read(lines, terms(hotlist)), compared)):
        if number % BEAT_EVERY == 0:
            beat()
        counts[fate or "rejected"] += 1
        if isinstance(item, Rejection):
            held_lines.unread(item)
            bad.add(item)
            _show(shown.rejected, item)
        elif fate is Fate.HELD_BACK:
            held_lines.add(item)
        elif fate in (Fate.ADDED, Fate.CHANGED):
            kept[Part.Kind(fate.value)].add(item)
            _show(shown.added if fate is Fate.ADDED else shown.changed, item)
            named.look(item)
    for key in compared.left:
        lost.add(key)
    for writer in (*kept.values(), bad, lost, named.kept):
        writer.close()
    held_lines.keep()
    counts["rows"] = counts["added"] + counts["changed"] + counts["kept"]
    counts["removed"], counts["named"] = len(compared.left), named.kept.count
    shown.removed = plates(islice(compared.left, SHOWN))
    store.put(load, Part.Kind.SHOWN, 0, msgspec.msgpack.encode(shown))
    figures = {name: counts[name] for name in FIGURES}
    beat(base_at=base_at, **figures)
    load.refresh_from_db()
    if not load.rows and not load.held_back:
        raise NotAList(
            f"Not one line of {load.file_name} can be taken, and a list is not emptied by a mistake."
            + "".join(f" Line {one.line}: {one.why}." for one in shown.rejected[:1])
        )
    limits = Thresholds(hotlist.hold_below, hotlist.hold_above, hotlist.hold_from)
    why = held(load.before, load.rows, limits), protected.held(named.lines, load.named)
    return " ".join(one for one in why if one)


@enforces("6.a.ii.3")
class _Named:
    """The lines that name vehicles of the register; the first of them by their numbers. What a list has already was
    approved by a person, or is told on the register's page: it holds no later load."""

    def __init__(self, load: Load) -> None:
        self._register = protected.Register(Vehicle.objects.in_force())
        self.kept, self.lines = store.Writer(load, Part.Kind.NAMED), list[int]()

    def look(self, row: Row) -> None:
        """At a line that is new or changed."""
        if found := self._register.named(row.bare, row.state):
            self.kept.add(Naming(row.line, row.plate, row.state, [one.pk for one in found]))
            if len(self.lines) < protected.LINES:
                self.lines.append(row.line)


def last_change(hotlist: HotList) -> datetime | None:
    """When the list last changed."""
    last: datetime | None = hotlist.revisions.aggregate(last=Max("at"))["last"]
    return last


def _fates(
    items: Iterator[Row | Rejection], compared: Comparison
) -> Iterator[tuple[Row | Rejection, Fate | None]]:
    taken = 0
    for item in items:
        if isinstance(item, Rejection):
            yield item, None
            continue
        try:
            fate = compared.of(item)
        except RowError as twice:
            yield rejected(item.line, item.plate, twice), None
            continue
        taken += 1
        if taken > MAX_ROWS:
            raise NotAList(f"The file has more than {MAX_ROWS:,} entries. Split it into several lists.")
        yield item, fate


def _show(shown: list[Row] | list[Rejection], item: Row | Rejection) -> None:
    if len(shown) < SHOWN:
        shown.append(item)  # type: ignore[arg-type]


def shown(load: Load) -> Shown:
    """What a page shows of a look; nothing once the file was applied or discarded."""
    kept = next(store.chunks(load, Part.Kind.SHOWN), None)
    return msgspec.msgpack.decode(kept, type=Shown) if kept else Shown()
