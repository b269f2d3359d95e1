"""A year of an agency of 500 people with misuse planted in it: what the detectors find, how soon, how often wrongly,
and what a baseline of z-scores finds in the same year."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from time import perf_counter

from rich.console import RenderableType
from rich.table import Table

from plateward.bench.figures import Figure
from plateward.bench.histories.agency import DAY, Agency, Ways, in_order, make_agency
from plateward.bench.histories.baseline import flag_all
from plateward.bench.histories.planted import PUBLIC, Planted, plant_all
from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.records import Event, Finding
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.watch import Watch

SEEDS = (4101, 5202)  # not those with which the thresholds were chosen
FALSE_A_WEEK = 5.0
SCORES = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)  # z-scores from which the baseline says something
OUTSIDER = "x900"


def run(
    progress: Callable[[str], None], *, tell: Callable[[RenderableType], None] = lambda _: None
) -> list[Figure]:
    """The figures of two invented years. `tell` gets when each case was found, and what was found wrongly."""
    return [figure for seed in SEEDS for figure in _measure(seed, Ways(), progress, tell)]


def _measure(
    seed: int, ways: Ways, progress: Callable[[str], None], tell: Callable[[RenderableType], None]
) -> list[Figure]:
    progress(f"Inventing year {seed} …")
    agency = make_agency(seed, ways)
    cases = plant_all(agency)
    events = list(in_order(agency))
    progress(f"Watching {len(events):,} events …")
    begin = perf_counter()
    findings = watch(agency, events)
    seconds = perf_counter() - begin
    said = [(finding.subject, finding.at) for finding in findings]
    in_time, false = _in_time(cases, said), _false_a_week(cases, said, ways)
    progress("Scoring the baseline …")
    baselines = [
        (_in_time(cases, b.findings), _false_a_week(cases, b.findings, ways), b.threshold)
        for b in flag_all(events, SCORES)
    ]
    best = max(baselines, key=lambda scored: (scored[1] <= FALSE_A_WEEK, scored[0]))
    usual = next(scored for scored in baselines if scored[2] == 3.0)
    tell(_table(seed, cases, findings))
    better = in_time > best[0] and false < min(best[1], usual[1])
    public = _in_time(cases[:PUBLIC], said)
    return [
        Figure(f"cases found in time, year {seed}", in_time, "", len(cases), in_time == len(cases)),
        Figure(f"of those that became public, year {seed}", public, "", PUBLIC, public == PUBLIC),
        Figure(f"false findings, year {seed}", false, "a week", FALSE_A_WEEK, false <= FALSE_A_WEEK),
        Figure(
            f"baseline, best z ({best[2]:g}): cases found in time, year {seed}", best[0], "", None, better
        ),
        Figure(f"baseline, best z ({best[2]:g}): false findings, year {seed}", best[1], "a week"),
        Figure(f"baseline, z 3: cases found in time, year {seed}", usual[0], ""),
        Figure(f"baseline, z 3: false findings, year {seed}", usual[1], "a week"),
        Figure(f"events watched, year {seed}", len(events) / seconds, "events/s"),
    ]


def watch(agency: Agency, events: Sequence[Event]) -> list[Finding]:
    """What the detectors find in these events, which are in order of time."""
    thresholds = Thresholds()
    detectors = Watch(agency.people, Roster(agency.shifts), CadBook(agency.cad, thresholds), thresholds)
    for event in events:
        detectors.hear(event)
    detectors.end_at(events[-1].at + 2 * DAY)
    return detectors.findings


def first_found(case: Planted, said: Iterable[tuple[str, datetime]]) -> datetime | None:
    """When the case's subject was first named after it began."""
    return min((at for subject, at in said if subject == case.subject and at >= case.begins_at), default=None)


def _in_time(cases: Iterable[Planted], said: Sequence[tuple[str, datetime]]) -> int:
    moments = ((case, first_found(case, said)) for case in cases)
    return sum(at is not None and at <= case.due_at for case, at in moments)


def _false_a_week(cases: Iterable[Planted], said: Iterable[tuple[str, datetime]], ways: Ways) -> float:
    subjects = {case.subject for case in cases} | {OUTSIDER}
    return sum(subject not in subjects for subject, _ in said) / (ways.days / 7) * (500 / ways.people)


def _table(seed: int, cases: Sequence[Planted], findings: Sequence[Finding]) -> Table:
    table = Table("Case", "Found at search", "After its begin", "First by", "In time", title=f"Year {seed}")
    for case in cases:
        named = [item for item in findings if item.subject == case.subject and item.at >= case.begins_at]
        if not named:
            table.add_row(case.name, "", "", "never", "NO")
            continue
        first = min(named, key=lambda finding: finding.at)
        nth = sum(at <= first.at for at in case.searches) or ""
        after = str(first.at - case.begins_at).split(".")[0]
        in_time = "yes" if first.at <= case.due_at else f"NO, {first.at - case.due_at} late"
        table.add_row(case.name, str(nth), after, first.detector, in_time)
    return table
