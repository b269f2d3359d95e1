"""Steps that transform a value on its way into a list, each a line of plain words. Pure. The work is bounded:
a step searches for plain text, never a pattern, so no line can make it run long."""

import re
from collections.abc import Callable

MOST_STEPS = 8
Step = Callable[[str], str]

HELP = {
    'after "LIC/"': "text after the first LIC/; nothing if it is not there",
    'before " "': "text before the first blank; all of it if there is none",
    'without "EVS"': "the value without a leading EVS",
    "characters 1-2": "its first two characters; 3- is from the third on",
    "word 2": "its second word",
    'replace "0" with "O"': "every zero as the letter O",
}
_TEXT = r'(?:"([^"]{1,40})"|(\S{1,40}))'
_AROUND = re.compile(rf"(after|before|without)\s+{_TEXT}")
_CHARACTERS = re.compile(r"characters?\s+(\d{1,4})(?:\s*(-)\s*(\d{0,4}))?")
_WORD = re.compile(r"word\s+(\d{1,2})")
_REPLACE = re.compile(rf'replace\s+{_TEXT}\s+with\s+(?:"([^"]{{0,40}})"|(\S{{1,40}}))')


class StepError(ValueError):
    """The step is unknown; the message lists the known ones."""


def parse_steps(text: str) -> list[Step]:
    """The steps that a text describes, one per line. Raises StepError."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_STEPS:
        raise StepError(f"the limit is {MOST_STEPS} steps per value")
    return [_parse_step(line) for line in lines]


def _parse_step(text: str) -> Step:
    if match := _AROUND.fullmatch(text):
        return _around(match[1], match[2] or match[3])
    if match := _CHARACTERS.fullmatch(text):
        return take_characters(int(match[1]), match[2] is not None, match[3])
    if match := _WORD.fullmatch(text):
        return _take_word(int(match[1]))
    if match := _REPLACE.fullmatch(text):
        old, new = match[1] or match[2], match[3] or match[4] or ""
        return lambda value: value.replace(old, new)
    raise StepError(f"“{text[:40]}” is not a step; use one of: {'; '.join(HELP)}")


def _around(which: str, mark: str) -> Step:
    if which == "after":
        return lambda value: value.partition(mark)[2]
    if which == "before":
        return lambda value: value.partition(mark)[0]
    return lambda value: value.removeprefix(mark)


def take_characters(first: int, ranged: bool, last: str | None) -> Step:
    """A step that takes characters by position, from 1 and including the last. Raises StepError."""
    end = first if not ranged else int(last) if last else None
    if first < 1 or (end is not None and end < first):
        raise StepError("positions count from 1, first before second")
    return lambda value: value[first - 1 : end]


def _take_word(number: int) -> Step:
    if number < 1:
        raise StepError("words count from 1")

    def take(value: str) -> str:
        words = value.split()
        return words[number - 1] if number <= len(words) else ""

    return take
