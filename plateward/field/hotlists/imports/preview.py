"""Previews a file: what it would add, change and remove, what is rejected, and which lines are held back because they
would list a recalled plate again. Changes nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.jobs.lease import finish
from plateward.core.pages.csv_import import LineError, RejectedLine
from plateward.field.hotlists.imports import claims, formats, store, text
from plateward.field.hotlists.imports.models import Part
from plateward.field.hotlists.imports.rows import (
    FACTS,
    KEY_SEPARATOR,
    MAX_ROWS,
    ImportRow,
    ImportTerms,
    NotAList,
    ProtectedLine,
)
from plateward.field.hotlists.imports.rules import Fate, LoadComparison, hold_reason, plates_of_keys
from plateward.field.hotlists.models import HotList, Load, Reason
from plateward.field.hotlists.plates import PlateIndex
from plateward.field.hotlists.protected import rules as protected
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.recall.models import HeldLine, RecalledPlate
from plateward.ground import clock
from plateward.ground.policy.trace import enforces

FIGURES = ("rows", "before", "added", "changed", "removed", "rejected", "held_back", "named")
DERIVED = tuple(kind for kind in Part.Kind if kind != Part.Kind.FILE)
PREVIEW_LINES = 200  # of each kind, on a page
BEAT_EVERY = 5000  # lines
State = Load.State
T = TypeVar("T")


def recalled_plates(hotlist: HotList) -> PlateIndex[int]:
    """The plates that no file of this list brings back now."""
    rows = RecalledPlate.objects.in_force().filter(hotlist=hotlist)
    return PlateIndex(rows.values_list("entry__bare", "entry__state", "pk"))


@enforces("6.f.i.1/recall")
class HeldLines:
    """The held lines of one file: for each recalled plate, the first line that names it and their number."""

    def __init__(self, load: Load, recalled: PlateIndex[int]) -> None:
        self._load, self._recalled = load, recalled
        self._lines, self._counts = dict[int, int](), Counter[int]()

    def add(self, row: ImportRow) -> None:
        """Add a line that is held back."""
        for pk in self._recalled.of(row.bare, row.state)[:1]:
            self._name(pk, row.line)

    def unread(self, line: RejectedLine) -> None:
        """Add a rejected line, which may still name a recalled plate."""
        for pk in self._recalled.within(line.row):
            self._name(pk, line.line)

    def _name(self, pk: int, line: int) -> None:
        self._lines.setdefault(pk, line)
        self._counts[pk] += 1

    def keep(self) -> None:
        """Store the lines, replacing those of an earlier preview."""
        with transaction.atomic():
            HeldLine.objects.filter(load=self._load).delete()
            HeldLine.objects.bulk_create(
                HeldLine(load=self._load, recalled_id=pk, line=line, lines=self._counts[pk])
                for pk, line in self._lines.items()
            )


@dataclass(frozen=True)
class LoadPreview:
    """The first lines of each kind, for a page. `removed`: plate and state of each entry."""

    added: list[ImportRow]
    changed: list[ImportRow]
    removed: list[tuple[str, str]]
    rejected: list[RejectedLine]


def terms_of(hotlist: HotList) -> ImportTerms:
    """What this list's lines are checked against now."""
    return ImportTerms(Reason.current(), clock.now(), ZoneInfo(settings.TIME_ZONE), hotlist.priority)


def hashes_in_force(hotlist: HotList) -> dict[str, int]:
    """For each entry in force, by key: the hash of the facts that a change would alter."""
    entries = hotlist.entries.in_force().order_by().values_list("bare", "state", "nic", *FACTS)
    return {
        f"{bare}{KEY_SEPARATOR}{state}{KEY_SEPARATOR}{nic}": hash(tuple(facts))
        for bare, state, nic, *facts in entries.iterator(chunk_size=5000)
    }


@enforces("5.h/import", "5.h/reports", "6.a.ii.3/brake", "6.b.i.9/entries")
def preview_load(actor: Actor, load: Load) -> Load:
    """Read the whole file and compare it. The load is then LOOKED, or HELD if the list's size would change
    suddenly or a line names a registered vehicle. Raises NotAList, with an audit entry and the load FAILED;
    LoadTaken if another process has it."""
    with claims.claim_load(load, State.LOOKING, State.RECEIVED) as (leased, beat):
        try:
            sudden = compare_file(load, beat)
        except NotAList as error:
            with act(
                actor, Event.HOTLIST_PREVIEW, f"hotlist:{load.hotlist.name}", reason=str(error)
            ) as entry:
                entry.outcome = "failed"
                entry.note(load=load.pk, file=load.file_name, sha256=load.sha256)
            raise
        with act(actor, Event.HOTLIST_PREVIEW, f"hotlist:{load.hotlist.name}", reason=sudden) as entry:
            figures = {name: getattr(load, name) for name in FIGURES}
            entry.note(load=load.pk, file=load.file_name, sha256=load.sha256, **figures)
            state = State.HELD if sudden else State.LOOKED
            finish(leased, state=state, error=sudden, looked_at=clock.now())
    load.refresh_from_db()
    return load


def compare_file(load: Load, beat: claims.Beat) -> str:
    """Compare every line with the entries in force; keep what is to begin and end, with the figures. Returns
    why the load waits for a person, or "" if it does not. Raises NotAList."""
    store.delete_parts(load, *DERIVED)  # of an interrupted or earlier preview
    hotlist, reader = load.hotlist, formats.format_reader(load.format)
    base_at = last_change(hotlist)  # before reading the entries, so that a change meanwhile is noticed
    lines = text.read_lines(store.read_parts(load, Part.Kind.FILE), reader.encoding)
    before = hashes_in_force(hotlist)
    recalled = recalled_plates(hotlist)
    counts, compared = Counter(before=len(before)), LoadComparison(before, recalled)
    kept: dict[Part.Kind, store.PartWriter] = {kind: store.PartWriter(load, kind) for kind in DERIVED}
    # Entries already on the list hold no later load: a person approved them, or the register's page shows them.
    register, held_lines = protected.register_of(Vehicle.objects.in_force()), HeldLines(load, recalled)
    for number, (item, fate) in enumerate(_fates(reader.read(lines, terms_of(hotlist)), compared)):
        if number % BEAT_EVERY == 0:
            beat()
        counts[fate or "rejected"] += 1
        if isinstance(item, RejectedLine):
            held_lines.unread(item)
            kept[Part.Kind.REJECTED].add(item)
        elif fate is Fate.HELD_BACK:
            held_lines.add(item)
        elif fate in (Fate.ADDED, Fate.CHANGED):
            kept[Part.Kind(fate.value)].add(item)
            if keys := [vehicle.pk for vehicle in register.of(item.bare, item.state)]:
                kept[Part.Kind.NAMED].add(ProtectedLine(item.line, item.plate, item.state, keys))
    for key in compared.left:
        kept[Part.Kind.LOST].add(key)
    for writer in kept.values():
        writer.close()
    held_lines.keep()
    counts["rows"] = counts["added"] + counts["changed"] + counts["kept"]
    counts["removed"], counts["named"] = len(compared.left), kept[Part.Kind.NAMED].count
    figures = {name: counts[name] for name in FIGURES}
    beat(base_at=base_at, **figures)
    load.refresh_from_db()
    if not load.rows and not load.held_back:
        raise NotAList(
            f"No line of {load.file_name} can be used, so the list was not emptied."
            + "".join(f" Line {item.line}: {item.why}." for item in preview_of(load).rejected[:1])
        )
    named = islice(store.read_items(load, Part.Kind.NAMED, ProtectedLine), protected.LISTED_LINES)
    hold_reasons = (
        hold_reason(load.before, load.rows, hotlist),
        protected.hold_reason([line.line for line in named], load.named),
    )
    return " ".join(item for item in hold_reasons if item)


def last_change(hotlist: HotList) -> datetime | None:
    """When the list last changed."""
    last: datetime | None = hotlist.revisions.aggregate(last=Max("at"))["last"]
    return last


def _fates(
    items: Iterator[ImportRow | RejectedLine], compared: LoadComparison
) -> Iterator[tuple[ImportRow | RejectedLine, Fate | None]]:
    count = 0
    for item in items:
        if isinstance(item, RejectedLine):
            yield item, None
            continue
        try:
            fate = compared.of(item)
        except LineError as twice:
            yield RejectedLine.of(item.line, item.plate, twice), None
            continue
        count += 1
        if count > MAX_ROWS:
            raise NotAList(f"The file has more than {MAX_ROWS:,} entries. Split it into several lists.")
        yield item, fate


def preview_of(load: Load) -> LoadPreview:
    """What a page shows of a preview; nothing once the file was applied or discarded."""

    def first(kind: str, of: type[T]) -> list[T]:
        return list(islice(store.read_items(load, kind, of), PREVIEW_LINES))

    return LoadPreview(
        first(Part.Kind.ADDED, ImportRow),
        first(Part.Kind.CHANGED, ImportRow),
        plates_of_keys(first(Part.Kind.LOST, str)),
        first(Part.Kind.REJECTED, RejectedLine),
    )
