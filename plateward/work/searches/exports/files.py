"""An export as a file: every row and every page says whose it is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from plateward.core.pages.csv_export import csv_bytes
from plateward.core.pages.marking import MARKING
from plateward.field.reads.queries import ReadSummary
from plateward.ground.policy.trace import enforces
from plateward.people import days

COLUMNS = (
    *("Export", "Time (UTC)", "Plate", "State", "Camera", "Reader", "Latitude", "Longitude", "Heading"),
    *("Class", "Color", "Make", "Deployment", "Read"),
)


@dataclass(frozen=True)
class ExportMark:
    """Who took what along, and when; `id` is also in the audit log."""

    id: str
    by: str
    at: datetime
    search: int
    number: str
    left_out: str = ""  # scope.left_out

    @property
    def text(self) -> str:
        """In one line, as on every page."""
        return f"Export {self.id} · {self.by} · {days.format_time(self.at)} · search {self.search} in {self.number}"


@enforces("6.e.iii/marked")
def csv_of(mark: ExportMark, rows: Iterable[ReadSummary], _pictures: object = ()) -> bytes:
    """The marking, the mark and what was not searched come first, and the export's id is in each row. A masked plate
    of these reads is already its name within the search. A file has no pictures."""
    first = [[mark.text], [mark.left_out]] if mark.left_out else [[mark.text]]
    return csv_bytes([MARKING], [*first, COLUMNS, *(_cells(mark, row) for row in rows)])


def _cells(mark: ExportMark, row: ReadSummary) -> list[object]:
    time = row.captured_at.astimezone(UTC).isoformat(timespec="milliseconds")
    place = (row.lat, row.lon, row.heading)
    known = (row.kind, row.color, row.make, row.deployment)
    cells = [mark.id, time, row.plate, row.state, row.camera, row.reader, *place, *known, row.id]
    return ["" if cell is None else cell for cell in cells]
