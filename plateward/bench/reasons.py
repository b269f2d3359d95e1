"""Invented reasons of searches: how many are judged as they were meant, and how long it takes."""

import csv
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from rich.table import Table
from rich.text import Text

import plateward.ground.reasons
from plateward.bench.figures import Figure, Progress, tell
from plateward.bench.scores import HitShare
from plateward.ground.reasons.judging import Judgment, judge
from plateward.ground.reasons.text import LONGEST

LABELED = Path(plateward.ground.reasons.__file__).parent / "tests" / "labeled.csv"
BAD_SEEN, GOOD_REFUSED, GOOD_MARKED, BARRED_STOPPED = 99.0, 0.5, 10.0, 95.0  # percent
SLOWEST = 50.0  # milliseconds for any text
HARD = ("vehicle ", "witness saw ", "invetsigaton ", "burglary if ", "abcdefgh ", "a")


def run(progress: Progress) -> list[Figure]:
    """The shares of the labeled file, and the slowest judgment of the longest texts; what was misjudged, on stderr."""
    progress("Judging …")
    with LABELED.open(encoding="utf-8", newline="") as file:
        judged = [(row["label"], row["reason"], judge(row["reason"])) for row in csv.DictReader(file)]
    tests: tuple[tuple[str, str, Callable[[Judgment], bool], float, bool], ...] = (
        ("bad reasons refused or marked", "bad", lambda one: not one.accepted or one.marked, BAD_SEEN, True),
        ("good reasons refused", "good", lambda one: not one.accepted, GOOD_REFUSED, False),
        ("good reasons marked", "good", lambda one: one.marked, GOOD_MARKED, False),
        ("barred purposes stopped", "barred", lambda one: one.barred is not None, BARRED_STOPPED, True),
    )
    table = Table("Misjudged", "Reason", "Why")
    figures = []
    for name, label, holds, target, at_least in tests:
        rows = [(reason, one) for kind, reason, one in judged if kind == label]
        share = HitShare(sum(holds(one) for _, one in rows), len(rows))
        low, high = share.interval
        percent = share.value * 100
        met = percent >= target if at_least else percent <= target
        figures.append(Figure(name, percent, "%", target, met, interval=(low * 100, high * 100)))
        for reason, one in rows:
            if holds(one) is not at_least:
                table.add_row(name, Text(reason), one.why)
    tell(table)
    slowest = max(
        _milliseconds(f"{hard * LONGEST}"[:length]) for hard in HARD for length in (LONGEST, 10 * LONGEST)
    )
    return [*figures, Figure("slowest judgment of a long text", slowest, "ms", SLOWEST, slowest <= SLOWEST)]


def _milliseconds(text: str) -> float:
    begin = perf_counter()
    judge(text)
    return (perf_counter() - begin) * 1000
