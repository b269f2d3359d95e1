"""The log as lines for people: what somebody looks at in a row is one line, and so is what a device does again and
again. The entries stay as they are, each in its line. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry

WITHIN = timedelta(minutes=10)  # from one entry of a line to the next
LOOKS = frozenset({event.value for event in Event if event.endswith(".view")} | {Event.READ_LIST.value})

LONG_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{4}([0-9a-f]{8})")

Key = tuple[str, ...]


@dataclass
class LogLine:
    """Entries of one actor, oldest first."""

    entries: list[AuditEntry]

    @property
    def first(self) -> AuditEntry:
        """The entry whose sentence stands for all."""
        return next((entry for entry in self.entries if entry.event != Event.IMAGE_VIEW), self.entries[0])

    @property
    def thing(self) -> str:
        """What its sentence is about; of an id only the end, which differs."""
        return LONG_ID.sub(r"…\1", self.first.thing)

    @property
    def others(self) -> int:
        """About how many other things its entries are, but for images of its pages."""
        things = {(entry.event, entry.object) for entry in self.entries if entry.event != Event.IMAGE_VIEW}
        return max(0, len(things) - 1)

    @property
    def newest(self) -> AuditEntry:
        """The entry that gives the line its place."""
        return self.entries[-1]

    @property
    def began_at(self) -> datetime:
        """When its oldest entry was made."""
        return self.entries[0].at

    @property
    def count(self) -> int:
        """How many entries it has."""
        return len(self.entries)

    @property
    def images(self) -> int:
        """How many images were seen, if that is not all that the line says."""
        return sum(entry.event == Event.IMAGE_VIEW for entry in self.entries) if self._has_page else 0

    @property
    def times(self) -> int:
        """How often what its sentence says was done."""
        return self.count - self.images

    @property
    def altered(self) -> bool:
        """Whether it is an entry that was altered: none is folded."""
        return self.newest.leaf is None

    @property
    def _has_page(self) -> bool:
        return self.first.event != Event.IMAGE_VIEW


def lines_of(entries: Sequence[AuditEntry], most: int) -> tuple[list[LogLine], int]:
    """The first lines of these entries, both newest first, and how many of the entries they have."""
    lines = fold(entries)
    if len(lines) <= most:
        return lines, len(entries)
    cut = entries.index(lines[most].newest)
    return fold(entries[:cut]), cut


def fold(entries: Sequence[AuditEntry]) -> list[LogLine]:
    """All lines, newest first. Images belong to the page that their viewer opened last, and without one only to images
    of the same read; nothing that was refused, failed or altered is folded."""
    lines: list[LogLine] = []
    latest: dict[Key, LogLine] = {}
    pages: dict[Key, LogLine] = {}  # by viewer
    for entry in reversed(entries):
        key, viewer = _key_of(entry), _viewer_key(entry)
        is_image = entry.event == Event.IMAGE_VIEW
        open_lines = (pages.get(viewer) if is_image else None, latest.get(key)) if key else ()
        line = next(
            (open_line for open_line in open_lines if open_line and entry.at - open_line.newest.at <= WITHIN),
            None,
        )
        if line:
            line.entries.append(entry)
        else:
            line = LogLine([entry])
            lines.append(line)
        if key:
            latest[key] = line
        if key and entry.event in LOOKS and not is_image:
            pages[viewer] = line
    return sorted(lines, key=lambda line: (line.newest.at, line.newest.sequence), reverse=True)


def _key_of(entry: AuditEntry) -> Key:
    """What entries of one line have in common; empty for one that is a line of its own."""
    if entry.outcome != "done" or entry.leaf is None:
        return ()
    if entry.event == Event.IMAGE_VIEW:
        return (*_viewer_key(entry), entry.event, entry.object)
    if (
        entry.event in LOOKS
    ):  # whatever it was: the log is read for deeds, and people look around between them
        return (*_viewer_key(entry), "look")
    return (*_viewer_key(entry), entry.event) if entry.actor_kind == "device" else ()


def _viewer_key(entry: AuditEntry) -> Key:
    session = entry.sealed_leaf.session if entry.sealed_leaf else ""
    return entry.actor_kind, entry.actor_id, session
