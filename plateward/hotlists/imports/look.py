"""Looking at a file: what it would add, change, remove, and which lines cannot be taken. Nothing is changed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import transaction

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.hotlists.imports import formats, store, text, work
from plateward.hotlists.imports.models import Part
from plateward.hotlists.imports.rows import (
    FACTS,
    MAX_ROWS,
    SPLIT,
    NotAList,
    Rejection,
    Row,
    RowError,
    Terms,
    rejected,
)
from plateward.hotlists.imports.rules import Comparison, Fate, Thresholds, held, plates
from plateward.hotlists.models import HotList, Load, Reason
from plateward.policy.trace import enforces

SHOWN = 200  # of each kind, on a page
BEAT_EVERY = 5000  # lines
State = Load.State


class Shown(msgspec.Struct):
    """The first of each kind, for a page and the command line."""

    added: list[Row] = []
    changed: list[Row] = []
    removed: list[tuple[str, str]] = []
    rejected: list[Rejection] = []


@dataclass
class _Found:
    """What a look comes to."""

    counts: Counter[str] = field(default_factory=Counter)
    shown: Shown = field(default_factory=Shown)


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


@enforces("5.f", "5.h", "6.b.i.9")
def look(who: Who, load: Load) -> Load:
    """Read the file whole and compare. The load is then LOOKED, or HELD where the list would change its size
    suddenly. Raises NotAList, on the record, and the load is FAILED; Taken where another does it."""
    with work.working(load, State.LOOKING, State.RECEIVED) as beat:
        try:
            found = _compare(load, beat)
            if not found.counts["rows"]:
                raise NotAList(
                    f"Not one line of {load.file_name} can be taken, and a list is not emptied by a mistake."
                    + "".join(f" Line {one.line}: {one.why}." for one in found.shown.rejected[:1])
                )
        except NotAList as error:
            with act(who, Event.HOTLIST_PREVIEW, f"hotlist:{load.hotlist.name}", reason=str(error)) as entry:
                entry.outcome = "failed"
                entry.note(load=load.pk, file=load.file_name, sha256=load.sha256)
            raise
        _conclude(who, load, found)
    store.forget(load, Part.Kind.FILE)
    load.refresh_from_db()
    return load


def _compare(load: Load, beat: Callable[[], None]) -> _Found:
    """Every line's fate; rows and rejections are kept."""
    for kind in (Part.Kind.ROWS, Part.Kind.REJECTED, Part.Kind.SHOWN):
        store.forget(load, kind)  # of a try cut short
    reader = formats.reader(load.format)
    lines = text.lines(store.chunks(load, Part.Kind.FILE), reader.encoding)
    before = live(load.hotlist)
    found, compared = _Found(), Comparison(before)
    found.counts["before"] = len(before)
    rows, bad = store.Writer(load, Part.Kind.ROWS), store.Writer(load, Part.Kind.REJECTED)
    for number, (item, fate) in enumerate(_fates(reader.read(lines, terms(load.hotlist)), compared)):
        if number % BEAT_EVERY == 0:
            beat()
        if fate is None:
            bad.add(item)
            _show(found.shown.rejected, item)
            continue
        rows.add(item)
        found.counts[fate] += 1
        if fate is not Fate.KEPT:
            _show(found.shown.added if fate is Fate.ADDED else found.shown.changed, item)
    rows.close()
    bad.close()
    found.counts["rows"], found.counts["rejected"] = rows.count, bad.count
    found.counts[Fate.REMOVED] = len(compared.left)
    found.shown.removed = plates(key for key, _ in zip(compared.left, range(SHOWN), strict=False))
    return found


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


def _conclude(who: Who, load: Load, found: _Found) -> None:
    """One act: the figures, and whether the load waits for a person."""
    store.put(load, Part.Kind.SHOWN, 0, msgspec.msgpack.encode(found.shown))
    counts, hotlist = found.counts, load.hotlist
    sudden = held(
        counts["before"],
        counts["rows"],
        Thresholds(hotlist.hold_below, hotlist.hold_above, hotlist.hold_from),
    )
    figures = {name: counts[name] for name in ("rows", "before", "added", "changed", "removed", "rejected")}
    with act(who, Event.HOTLIST_PREVIEW, f"hotlist:{hotlist.name}", reason=sudden) as entry:
        entry.note(load=load.pk, file=load.file_name, sha256=load.sha256, **figures)
        state = State.HELD if sudden else State.LOOKED
        done = Load.objects.filter(pk=load.pk, state=State.LOOKING, claim=load.claim).update(
            state=state, error=sudden, looked_at=clock.now(), **figures
        )
        if not done:
            raise work.Lost(f"{load.file_name} was taken over by another process.")


def shown(load: Load) -> Shown:
    """What a page shows of a look; nothing once the file was applied or discarded."""
    kept = next(store.chunks(load, Part.Kind.SHOWN), None)
    return msgspec.msgpack.decode(kept, type=Shown) if kept else Shown()


def unlooked(load: Load) -> None:
    """A look that was cut short is begun anew."""
    with transaction.atomic():
        Load.objects.filter(work.lifeless(), pk=load.pk, state=State.LOOKING).update(state=State.RECEIVED)
