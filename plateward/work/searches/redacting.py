"""Takes the plates of a search out of a text for the log. Pure."""

from collections.abc import Iterable, Iterator

from plateward.ground.matching.partial import is_partial, pattern_fits
from plateward.ground.policy.trace import enforces

LONGEST = 16  # characters of a plate
MARK = "[plate]"


@enforces("6.b.i.9/entries", "6.i.i/aes")
def without_plates(text: str, plates: Iterable[str]) -> str:
    """The text in which no plate of the search stands, in whatever case and however divided. Plates as
    matching.partial.normalize_partial writes them. In time that grows with the text."""
    places = [at for at, character in enumerate(text) if character.isalnum()]
    bare = "".join(text[at] for at in places).upper()
    if len(bare) != len(places):  # a character whose capital is two: no plate has any
        bare = "".join(text[at] if len(text[at].upper()) > 1 else text[at].upper() for at in places)
    parts, done = [], 0
    for begin, end in _merged(span for plate in plates for span in _spans(bare, plate)):
        parts += [text[done : places[begin]], MARK]
        done = places[end - 1] + 1
    return "".join([*parts, text[done:]])


def _spans(bare: str, plate: str) -> Iterator[tuple[int, int]]:
    """Where the plate stands, from … to before …."""
    core = plate.strip("?*")
    if not core:
        return
    if not is_partial(plate):
        at = bare.find(plate)
        while at >= 0:
            yield at, at + len(plate)
            at = bare.find(plate, at + 1)
        return
    sizes = [len(core)] if "*" not in core else range(len(core) - core.count("*"), LONGEST + 1)
    for begin in range(len(bare)):
        if bare[begin] == core[0]:
            for size in sizes:
                if begin + size <= len(bare) and pattern_fits(core, bare[begin : begin + size]):
                    yield begin, begin + size
                    break


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
