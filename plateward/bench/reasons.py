"""Invented reasons of searches: how many are judged as they were meant, and how long it takes."""

from collections.abc import Callable, Sequence
from time import perf_counter

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from plateward.bench.figures import Figure
from plateward.bench.scores import HitShare
from plateward.reasons.corpora import NAMES, load_corpus
from plateward.reasons.rules import judge_reason
from plateward.reasons.text import LONGEST

BAD_REFUSED = 99.0  # percent, at least
GOOD_REFUSED = 2.0  # percent, at most
SLOWEST = 50.0  # milliseconds for any text
HARD = (
    "vehicle ",
    "witness saw ",
    "invetsigaton ",
    "burglary if ",
    "abcdefgh ",
    "a",
)  # what matches most patterns, or none


def run(
    progress: Callable[[str], None], *, tell: Callable[[RenderableType], None] = lambda _: None
) -> list[Figure]:
    """The shares of each corpus, and the slowest judgment of the longest texts. `tell` gets what was misjudged."""
    figures = []
    for name in NAMES:
        progress(f"Judging the corpus {name} …")
        corpus = load_corpus(name)
        refused_good = [reason for reason in corpus.good if not judge_reason(reason).accepted]
        accepted_bad = [reason for reason in corpus.bad if judge_reason(reason).accepted]
        refused_bad = len(corpus.bad) - len(accepted_bad)
        figures += [
            _bad_figure(name, HitShare(refused_bad, len(corpus.bad))),
            _good_figure(name, HitShare(len(refused_good), len(corpus.good))),
        ]
        if refused_good or accepted_bad:
            tell(_misjudged(name, refused_good, accepted_bad))
    slowest = max(
        _milliseconds(f"{hard * LONGEST}"[:length]) for hard in HARD for length in (LONGEST, 10 * LONGEST)
    )
    return [*figures, Figure("slowest judgment of a long text", slowest, "ms", SLOWEST, slowest <= SLOWEST)]


def _bad_figure(name: str, refused: HitShare) -> Figure:
    holds = refused.value * 100 >= BAD_REFUSED
    return Figure(
        f"bad reasons refused, {name}",
        refused.value * 100,
        "%",
        BAD_REFUSED,
        holds,
        interval=_percent(refused),
    )


def _good_figure(name: str, refused: HitShare) -> Figure:
    holds = refused.value * 100 <= GOOD_REFUSED
    return Figure(
        f"good reasons refused, {name}",
        refused.value * 100,
        "%",
        GOOD_REFUSED,
        holds,
        interval=_percent(refused),
    )


def _percent(share: HitShare) -> tuple[float, float]:
    low, high = share.interval
    return low * 100, high * 100


def _milliseconds(text: str) -> float:
    begin = perf_counter()
    judge_reason(text)
    return (perf_counter() - begin) * 1000


def _misjudged(name: str, refused_good: Sequence[str], accepted_bad: Sequence[str]) -> Table:
    table = Table("Misjudged", "Reason", "Why", title=f"Corpus {name}")
    for kind, reasons in (("good, refused", refused_good), ("bad, accepted", accepted_bad)):
        for reason in reasons:
            table.add_row(kind, Text(reason), judge_reason(reason).why)
    return table
