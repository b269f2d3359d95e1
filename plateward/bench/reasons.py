"""Invented reasons of searches: how many are judged as they were meant, and how long it takes."""

from collections.abc import Callable, Sequence
from time import perf_counter

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from plateward.bench.figures import Figure
from plateward.bench.scores import HitShare
from plateward.reasons.corpora import HELD_OUT, NAMES, Corpus, load_corpus
from plateward.reasons.rules import judge_reason
from plateward.reasons.text import LONGEST

BAD_REFUSED = 99.0  # percent, at least
GOOD_REFUSED = 2.0  # percent, at most
BARRED_STOPPED = 95.0  # percent, at least, of those that go to the administrator
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
    """The shares of each corpus, and the slowest judgment of the longest texts. `tell` gets what was misjudged, but of
    those held out: who reads it corrects rules by it."""
    figures = []
    for name in (*NAMES, *HELD_OUT):
        progress(f"Judging the corpus {name} …")
        figures += _corpus_figures(load_corpus(name), tell)
    radio = " ".join(load_corpus("twenty-second").good)  # no word again and again, which is refused at once
    slowest = max(
        _milliseconds(f"{hard * LONGEST}"[:length])
        for hard in (*HARD, radio)
        for length in (LONGEST, 10 * LONGEST)
    )
    return [*figures, Figure("slowest judgment of a long text", slowest, "ms", SLOWEST, slowest <= SLOWEST)]


def _corpus_figures(corpus: Corpus, tell: Callable[[RenderableType], None]) -> list[Figure]:
    name = f"{corpus.name} (never used to write the rules)" if corpus.name in HELD_OUT else corpus.name
    refused_good = [reason for reason in corpus.good if not judge_reason(reason).accepted]
    accepted_bad = [reason for reason in corpus.bad if judge_reason(reason).accepted]
    not_barred = [reason for reason in corpus.barred if not judge_reason(reason).barred]
    if corpus.name not in HELD_OUT and (refused_good or accepted_bad or not_barred):
        tell(_misjudged(corpus.name, refused_good, accepted_bad, not_barred))
    bad, barred = len(corpus.bad), len(corpus.barred)
    figures = [
        _at_most(f"good reasons refused, {name}", HitShare(len(refused_good), len(corpus.good)), GOOD_REFUSED)
    ]
    if bad:
        refused = HitShare(bad - len(accepted_bad), bad)
        figures.insert(0, _at_least(f"bad reasons refused, {name}", refused, BAD_REFUSED))
    if barred:
        stopped = HitShare(barred - len(not_barred), barred)
        figures.append(_at_least(f"barred purposes stopped, {name}", stopped, BARRED_STOPPED))
    return figures


def _at_least(name: str, share: HitShare, target: float) -> Figure:
    percent = share.value * 100
    return Figure(name, percent, "%", target, percent >= target, interval=_percent(share))


def _at_most(name: str, share: HitShare, target: float) -> Figure:
    percent = share.value * 100
    return Figure(name, percent, "%", target, percent <= target, interval=_percent(share))


def _percent(share: HitShare) -> tuple[float, float]:
    low, high = share.interval
    return low * 100, high * 100


def _milliseconds(text: str) -> float:
    begin = perf_counter()
    judge_reason(text)
    return (perf_counter() - begin) * 1000


def _misjudged(
    name: str, refused_good: Sequence[str], accepted_bad: Sequence[str], not_barred: Sequence[str]
) -> Table:
    table = Table("Misjudged", "Reason", "Why", title=f"Corpus {name}")
    kinds = (
        ("good, refused", refused_good),
        ("bad, accepted", accepted_bad),
        ("barred, not stopped", not_barred),
    )
    for kind, reasons in kinds:
        for reason in reasons:
            table.add_row(kind, Text(reason), judge_reason(reason).why)
    return table
