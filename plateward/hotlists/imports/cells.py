"""Splits delimited lines into cells. Pure."""

import csv
from collections.abc import Iterator

import msgspec

from plateward.hotlists.imports.rows import FileLine, NotAList


class Cells(msgspec.Struct, frozen=True, gc=False):
    """A line's cells as they came. `last`: where it ends, after `number` if a field has a line break."""

    number: int
    last: int
    cells: list[str]

    @property
    def text(self) -> str:
        """The line as the list of rejected lines shows it."""
        return ",".join(self.cells)

    @property
    def runs_on(self) -> str:
        """Added to the rejection's reason if several lines were read as one."""
        return (
            f"; it runs on to line {self.last}: is a quotation mark missing?"
            if self.last > self.number
            else ""
        )


def read_cells(lines: Iterator[FileLine], delimiter: str, *, quoted: bool = True) -> Iterator[Cells]:
    """Every line except blank ones. Raises NotAList for broken quoting."""
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
        raise NotAList(f"Line {reader.line_num} is not CSV: {broken}. Nothing was loaded.") from broken
