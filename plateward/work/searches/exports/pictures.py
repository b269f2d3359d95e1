"""The pictures that go with results on paper: of a few reads, each with its mark burned in, and each on the log."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.field.reads.pictures import picture_of
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.thumbnails import thumbnail
from plateward.field.reads.watermark import SHORT_SIDE, CopyMark, marked_copy
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.work.searches.exports.files import ExportMark
from plateward.work.searches.results.rows import ResultRow

MOST_PRINTED = 20  # reads


@dataclass(frozen=True)
class PrintedRead:
    """A read with its pictures as they are printed, the vehicle's first: JPEGs, by their names. While its plate is
    masked there is only the vehicle's, covered. `missing`: why there is none."""

    row: ResultRow
    images: dict[str, bytes]
    missing: str = ""

    @property
    def addresses(self) -> list[str]:
        """The pictures within the page, so that each print is one entry."""
        return [f"data:image/jpeg;base64,{b64encode(image).decode()}" for image in self.images.values()]


@enforces("6.h.iv/custody", "6.e.iii/marked", "6.a.ii.2/place")
def printed_reads(mark: ExportMark, rows: Sequence[ResultRow]) -> list[PrintedRead]:
    """The newest of these rows, which are oldest first, in their order."""
    return [_printed(mark, row) for row in rows[-MOST_PRINTED:]]


def _printed(mark: ExportMark, row: ResultRow) -> PrintedRead:
    try:
        stored = configured_store().get(ReadKey(row.read.captured_at.date(), row.read.id))
        if stored is None:
            return PrintedRead(row, {}, "This read is no longer kept.")
        text, images = CopyMark(mark.text, ()), dict[str, bytes]()
        for name, image in _pictures(stored, covered=row.plate.masked):
            images[name] = marked_copy(image, text, SHORT_SIDE)
    except PlatewardError as error:
        return PrintedRead(row, {}, str(error))
    return PrintedRead(row, images)


def _pictures(stored: StoredRead, *, covered: bool) -> Iterator[tuple[str, bytes]]:
    vehicle = picture_of(stored, "context")
    if covered:
        yield "covered", thumbnail(vehicle, stored.read.box, masked=True)
    else:
        yield "context", vehicle
        yield "plate", picture_of(stored, "plate")


@enforces("6.h.iv/custody", "6.b.i.9/entries")
def record_printed(actor: PersonActor, mark: ExportMark, printed: Sequence[PrintedRead], use: str) -> None:
    """One entry for each read whose pictures leave, within the export's act."""
    for read in printed:
        if read.images:
            about: dict[str, Any] = {
                f"{name}_sha256": hashlib.sha256(image).hexdigest() for name, image in read.images.items()
            }
            about |= {"export": mark.id, "number": mark.number, "search": mark.search}
            about["image"] = "covered" if read.row.plate.masked else "both"
            record(actor, Event.IMAGE_PRINT, f"read:{read.row.read.id}", reason=use, **about)
