"""Bytes as numbered lines, however their ends are written, a few at a time. Pure."""

from collections.abc import Iterable, Iterator

from plateward.hotlists.imports.rows import Line, NotAList

MAX_BYTES = 400 * 1024 * 1024
LONGEST = 16 * 1024  # bytes of a line
MARK = b"\xef\xbb\xbf"
WIDE = (b"\xff\xfe", b"\xfe\xff")
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows (Western)", "ascii": "ASCII"}


def too_large() -> NotAList:
    """What is said of a file over the bound, wherever that is seen first."""
    return NotAList(
        f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB, which no list of two million entries is. "
        "Nothing of it was taken. See whether it is the right file, or split it into several lists."
    )


def bounded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same chunks; raises NotAList past the bound."""
    taken = 0
    for chunk in chunks:
        taken += len(chunk)
        if taken > MAX_BYTES:
            raise too_large()
        yield chunk


def lines(chunks: Iterable[bytes], encoding: str) -> Iterator[Line]:
    """Lines ended by LF, CR LF or CR, mixed as they may be. Raises NotAList for what is no text of this encoding."""
    number, kept, first = 0, b"", True
    for chunk in chunks:
        data = kept + chunk
        if first and len(data) < len(MARK):
            kept = data
            continue
        if first:
            data, first = _unmarked(data), False
        *whole, kept = _split(data) if b"\r" in data else data.split(b"\n")
        for one in whole:
            number += 1
            yield Line(number, _text(number, one, encoding))
        if len(kept) > LONGEST:
            raise _too_long(number + 1)
    if first:  # a file of one or two bytes
        *whole, kept = _split(_unmarked(kept))
        for one in whole:
            number += 1
            yield Line(number, _text(number, one, encoding))
    if kept.endswith(b"\r"):
        yield Line(number + 1, _text(number + 1, kept[:-1], encoding))
    elif kept:
        yield Line(number + 1, _text(number + 1, kept, encoding), ended=False)
    elif not number:
        raise NotAList("The file is empty.")


def _split(data: bytes) -> list[bytes]:
    """At every line's end. A CR at the very end stays with what follows, which may be its LF."""
    held = b"\r" if data.endswith(b"\r") else b""
    parts = data[: len(data) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    parts[-1] += held
    return parts


def _unmarked(data: bytes) -> bytes:
    if data.startswith(WIDE):
        raise NotAList(
            "The file is not UTF-8 text: it is UTF-16, as spreadsheets write “Unicode text”. "
            "Save it as CSV UTF-8 and load it again."
        )
    return data.removeprefix(MARK)


def _text(number: int, line: bytes, encoding: str) -> str:
    if len(line) > LONGEST:
        raise _too_long(number)
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError as broken:
        raise NotAList(
            f"The file is not {ENCODINGS.get(encoding, encoding)} text (line {number}, byte {broken.start + 1}). "
            "Save it as CSV UTF-8, or name its encoding in the format, and load it again."
        ) from broken
    if "\0" in text:
        raise NotAList(f"The file holds zero bytes (line {number}): it is not a text file.")
    return text


def _too_long(number: int) -> NotAList:
    return NotAList(
        f"Line {number} is longer than {LONGEST // 1024} KiB, which no line of a list is. Nothing was taken. "
        "See whether it is the right file."
    )
