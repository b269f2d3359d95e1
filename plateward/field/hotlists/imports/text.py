"""Splits bytes into numbered lines with any line breaks, and delimited lines into cells, a few at a time. Pure."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec

from plateward.field.hotlists.imports.rows import FileLine, NotAList

MAX_BYTES = 400 * 1024 * 1024
LONGEST_LINE = 16 * 1024  # bytes per line
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows (Western)", "ascii": "ASCII"}


def too_large() -> NotAList:
    """The error for a file over the limit, wherever that is noticed first."""
    return NotAList(
        f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB, too large even for two million entries. "
        "Nothing was loaded. Check that it is the right file, or split it into several lists."
    )


def bounded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same chunks; raises NotAList beyond the limit."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BYTES:
            raise too_large()
        yield chunk


def read_lines(chunks: Iterable[bytes], encoding: str) -> Iterator[FileLine]:
    """Lines that end in LF, CR LF or CR, even mixed. Raises NotAList for bytes not in this encoding."""
    chunks, number, rest, begun = iter(chunks), 0, b"", b""
    while len(begun) < len(BYTE_ORDER_MARK) and (chunk := next(chunks, b"")):
        begun += chunk
    for data in chain([_without_mark(begun)], chunks):
        *complete, rest = _split(rest + data)
        for line in complete:
            number += 1
            yield FileLine(number, _text(number, line, encoding))
        if len(rest) > LONGEST_LINE:
            raise _too_long(number + 1)
    if rest.endswith(b"\r"):
        yield FileLine(number + 1, _text(number + 1, rest[:-1], encoding))
    elif rest:
        yield FileLine(number + 1, _text(number + 1, rest, encoding), ended=False)
    elif not number:
        raise NotAList("The file is empty.")


def _split(data: bytes) -> list[bytes]:
    """Split at every line break. A CR at the end stays with the next bytes, which may begin with its LF."""
    tail = b"\r" if data.endswith(b"\r") else b""
    parts = data[: len(data) - len(tail)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    parts[-1] += tail
    return parts


def _without_mark(data: bytes) -> bytes:
    if data.startswith(UTF16_MARKS):
        raise NotAList(
            "The file is not UTF-8 text: it is UTF-16, as spreadsheets write “Unicode text”. "
            "Save it as CSV UTF-8 and load it again."
        )
    return data.removeprefix(BYTE_ORDER_MARK)


def _text(number: int, line: bytes, encoding: str) -> str:
    if len(line) > LONGEST_LINE:
        raise _too_long(number)
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError as broken:
        raise NotAList(
            f"The file is not {ENCODINGS.get(encoding, encoding)} text (line {number}, byte {broken.start + 1}). "
            "Save it as CSV UTF-8, or name its encoding in the format, and load it again."
        ) from broken
    if "\0" in text:
        raise NotAList(f"The file has zero bytes (line {number}): it is not a text file.")
    return text


def _too_long(number: int) -> NotAList:
    return NotAList(
        f"Line {number} is longer than {LONGEST_LINE // 1024} KiB, too long for a list. Nothing was loaded. "
        "Check that it is the right file."
    )


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
