"""Lines with a delimiter as cells. Pure."""

import csv
from collections.abc import Iterator

import msgspec

from plateward.hotlists.imports.rows import FileLine, NotAList


class Cells(msgspec.Struct, frozen=True, gc=False):
    """A line's cells as they came. `last` is where it ends: later than `number` where a field holds a line's end."""

    number: int
    last: int
    cells: list[str]

    @property
    def text(self) -> str:
        """For the list of what cannot be taken."""
        return ",".join(self.cells)

    @property
    def runs_on(self) -> str:
        """What is to be said beside the reason, where more than one line was read as one."""
        return (
            f"; it runs on to line {self.last}: is a quotation mark missing?"
            if self.last > self.number
            else ""
        )


def read_cells(lines: Iterator[FileLine], delimiter: str, *, quoted: bool = True) -> Iterator[Cells]:
    """Every line but blank ones. Raises NotAList for broken quotation."""
    reader = csv.reader(
        (f"{line.text}\n" for line in lines),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=delimiter == " ",
        strict=True,
    )
    begins = 1
    try:
        for row in reader:
            number, begins = begins, reader.line_num + 1
            if any(cell.strip() for cell in row):
                yield Cells(number, begins - 1, row)
    except csv.Error as broken:
        raise NotAList(f"Line {reader.line_num} is not CSV: {broken}. Nothing was taken.") from broken
