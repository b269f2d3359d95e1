"""A hot list for tests, in force as after the act that a person uses."""

from typing import Any

from django.db.models import QuerySet

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.hotlists.imports import formats
from plateward.field.hotlists.imports.apply import apply_load, insert_entries
from plateward.field.hotlists.imports.preview import preview_load, terms_of
from plateward.field.hotlists.imports.receive import receive_file
from plateward.field.hotlists.imports.rows import ImportRow
from plateward.field.hotlists.imports.text import read_lines
from plateward.field.hotlists.line_digest import DECIDING, line_digest
from plateward.field.hotlists.line_sums import change_by, count_in
from plateward.field.hotlists.models import Entry, HotList, Load, Revision
from plateward.field.hotlists.signals import entries_changed
from plateward.ground import clock

GLORIA = Actor("person", "gloria", "Gloria Gallegos")


def load_hotlist(*rows: str, name: str = "State hot file", source: str = "NCIC") -> Load:
    """Rows as `plate,state,reason,priority,expires`; missing fields are stolen_vehicle, high, never. A new list is put
    in force at once, with one entry on the log. What replaces a list, or has a row that is rejected, is imported."""
    now, reader = clock.now(), formats.format_reader(formats.CSV)
    kind = HotList.Kind.NCIC if source == "NCIC" else HotList.Kind.OUTSIDE
    hotlist = HotList(name=name, source=source, kind=kind, refreshed_at=now)
    lines = list(reader.read(read_lines([_file(rows)], reader.encoding), terms_of(hotlist)))
    entries = [line for line in lines if isinstance(line, ImportRow)]
    if len(entries) < len(lines) or HotList.objects.filter(name=name).exists():
        return import_hotlist(*rows, name=name, source=source)
    with act(GLORIA, Event.HOTLIST_IMPORT, f"hotlist:{name}"):
        hotlist.save(force_insert=True)
        revision = Revision.objects.create(hotlist=hotlist, cause=Revision.Cause.LOAD, by=GLORIA.key, at=now)
        insert_entries(revision, entries)
        count_in(revision)
        entries_changed.send(HotList, hotlist=hotlist, revision=revision)
        return Load.objects.create(
            hotlist=hotlist,
            file_name="list.csv",
            by=GLORIA.key,
            decided_by=GLORIA.key,
            state=Load.State.APPLIED,
            looked_at=now,
            applied_at=now,
            revision=revision,
            rows=len(entries),
            added=len(entries),
        )


def import_hotlist(*rows: str, name: str = "State hot file", source: str = "NCIC") -> Load:
    """The same rows, received, previewed and applied by the act that a person uses."""
    received = receive_file(GLORIA, name, source, "list.csv", [_file(rows)])
    return apply_load(GLORIA, preview_load(GLORIA, received))


def _file(rows: tuple[str, ...]) -> bytes:
    given = [row.split(",") for row in rows]
    full = [",".join([*fields, *["", "NM", "stolen_vehicle", "high", ""][len(fields) :]]) for fields in given]
    return "\n".join(["plate,state,reason,priority,expires", *full]).encode()


def change_entries(entries: QuerySet[Entry], **columns: Any) -> None:
    """Lines with other content, as if they had been loaded so."""
    keys = list(entries.values_list("pk", flat=True))
    revisions = Revision.objects.filter(begun__in=keys).distinct()
    before = {revision: change_by(revision) for revision in revisions}
    entries.update(**columns)
    for key, *values in Entry.objects.filter(pk__in=keys).values_list("pk", *DECIDING):
        Entry.objects.filter(pk=key).update(digest=line_digest(key, values))
    for revision, was in before.items():
        count_in(revision, change_by(revision).beyond(was))
