"""What may be done with a value on its way into a list, each step a line of plain words. Pure, and bounded: a step
looks for plain text, never for a pattern, so no line of a list can make it work long."""

import re
from collections.abc import Callable

MOST_STEPS = 8
Step = Callable[[str], str]

HELP = {
    'after "LIC/"': "what stands after the first LIC/; nothing where it does not stand",
    'before " "': "what stands before the first blank; all of it where there is none",
    'without "EVS"': "the same without EVS at its beginning",
    "characters 1-2": "its first two characters; 3- is all from the third on",
    "word 2": "its second word",
    'replace "0" with "O"': "every zero as the letter O",
}
_TEXT = r'(?:"([^"]{1,40})"|(\S{1,40}))'
_ONE = re.compile(rf"(after|before|without)\s+{_TEXT}")
_CHARACTERS = re.compile(r"characters?\s+(\d{1,4})(?:\s*(-)\s*(\d{0,4}))?")
_WORD = re.compile(r"word\s+(\d{1,2})")
_REPLACE = re.compile(rf'replace\s+{_TEXT}\s+with\s+(?:"([^"]{{0,40}})"|(\S{{1,40}}))')


class StepError(ValueError):
    """No step that is known; the sentence says what is."""


def steps(text: str) -> list[Step]:
    """The steps that a text describes, one a line. Raises StepError."""
    told = [line.strip() for line in text.splitlines() if line.strip()]
    if len(told) > MOST_STEPS:
        raise StepError(f"at most {MOST_STEPS} steps are done with a value")
    return [_step(one) for one in told]


def _step(told: str) -> Step:
    if found := _ONE.fullmatch(told):
        return _around(found[1], found[2] or found[3])
    if found := _CHARACTERS.fullmatch(told):
        return characters(int(found[1]), found[2] is not None, found[3])
    if found := _WORD.fullmatch(told):
        return _word(int(found[1]))
    if found := _REPLACE.fullmatch(told):
        old, new = found[1] or found[2], found[3] or found[4] or ""
        return lambda value: value.replace(old, new)
    raise StepError(f"“{told[:40]}” is no step; a step is one of: {'; '.join(HELP)}")


def _around(which: str, mark: str) -> Step:
    if which == "after":
        return lambda value: value.partition(mark)[2]
    if which == "before":
        return lambda value: value.partition(mark)[0]
    return lambda value: value.removeprefix(mark)


def characters(first: int, ranged: bool, last: str | None) -> Step:
    """The step that takes characters by their positions, from 1 and with the last. Raises StepError."""
    end = first if not ranged else int(last) if last else None
    if first < 1 or (end is not None and end < first):
        raise StepError("positions count from 1, and the second is not before the first")
    return lambda value: value[first - 1 : end]


def _word(number: int) -> Step:
    if number < 1:
        raise StepError("words count from 1")

    def taken(value: str) -> str:
        words = value.split()
        return words[number - 1] if number <= len(words) else ""

    return taken
