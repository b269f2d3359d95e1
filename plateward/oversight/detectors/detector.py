"""What a detector is, and how all of them read a history."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from plateward.oversight.detectors.history import History
from plateward.oversight.detectors.records import Pattern, Suspicion
from plateward.oversight.detectors.routing import route

QUIET = timedelta(days=60)  # without a sign, after which a pattern is a new finding
MOST_NUMBERS = 2
SPAN = "days"  # of which less sees less; of any other number, more does
Found = Iterator[Suspicion]
Find = Callable[..., Found]


@dataclass(frozen=True)
class Detector:
    """`sentence`: when it makes a finding, with a place for each of its numbers; `numbers`: their defaults."""

    name: str
    clause: str
    sentence: str
    numbers: Mapping[str, float]
    find: Find

    def says(self, numbers: Mapping[str, float]) -> str:
        """The sentence with these numbers."""
        return self.sentence.format(**{name: f"{numbers[name]:,g}" for name in self.numbers})


DETECTORS: dict[str, Detector] = {}  # by name; every module of `ALL` registers its own


def detector(name: str, clause: str) -> Callable[[Find], Find]:
    """Register a function: its docstring is the detector's sentence, its keyword arguments are its numbers."""

    def register(find: Find) -> Find:
        sentence = " ".join((find.__doc__ or "").split())
        keywords = [
            each for each in inspect.signature(find).parameters.values() if each.kind is each.KEYWORD_ONLY
        ]
        numbers = {each.name: float(each.default) for each in keywords}
        if len(numbers) > MOST_NUMBERS:
            raise ValueError(f"{name} has more than {MOST_NUMBERS} numbers")
        DETECTORS[name] = Detector(name, clause, sentence, numbers, find)
        return find

    return register


def weakens(number: str, before: float, after: float) -> bool:
    """Whether the detectors see less with this number (“repeated plate.days”) after its change."""
    return after < before if number.rpartition(".")[2] == SPAN else after > before


def find_all(
    history: History,
    numbers: Mapping[str, Mapping[str, float]] | None = None,
    failures: list[Exception] | None = None,
    beat: Callable[[str], None] = lambda _: None,
) -> list[Pattern]:
    """What all detectors find, in the order in which it was first told; `numbers` where they are not the defaults. One
    that fails raises or, with `failures`, puts its error there and finds nothing. `beat` gets the name of each."""
    findings: list[Pattern] = []
    for each in DETECTORS.values():
        beat(each.name)
        try:
            suspicions = list(each.find(history, **{**each.numbers, **(numbers or {}).get(each.name, {})}))
        except Exception as failed:
            if failures is None:
                raise
            failures.append(failed)
            continue
        findings += fold(each.name, suspicions, history)
    return sorted(findings, key=lambda finding: finding.at)


def fold(name: str, suspicions: list[Suspicion], history: History) -> list[Pattern]:
    """One finding for what is said again and again, with its count. Who may be part of it only grows."""
    findings: dict[tuple[str, str, str], list[Pattern]] = {}
    for said in sorted(suspicions, key=lambda suspicion: suspicion.at):
        same = findings.setdefault((said.subject, said.plate, said.topic), [])
        implicated, at, count, sentence = said.implicated, said.at, 1, said.sentence
        if same and said.at - same[-1].last_at <= QUIET:
            earlier = same.pop()
            implicated |= earlier.implicated
            at, count, sentence = earlier.at, earlier.count + 1, earlier.sentence
        finding = Pattern(
            at, name, said.subject, said.plate, (), sentence, said.at, count, implicated, said.topic
        )
        same.append(replace(finding, to=route(said.subject, history.people, implicated)))
    return [finding for same in findings.values() for finding in same]
