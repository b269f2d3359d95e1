"""Two invented years of an agency of 500 people with misuse planted in them: what the detectors find, how soon, and how
often wrongly. Run it with `python -m plateward.oversight.detectors.tests.years`; it takes minutes."""

from collections.abc import Iterable, Sequence

from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.every import find_all
from plateward.oversight.detectors.history import History
from plateward.oversight.detectors.records import LogEvent, Pattern
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.tests.invented_agency import Agency, Ways, in_order, make_agency
from plateward.oversight.detectors.tests.planted import Planted, plant_all

SEEDS = (4101, 5202)  # not those with which numbers were chosen
OUTSIDER = "x900"


def watch(agency: Agency, events: Sequence[LogEvent]) -> list[Pattern]:
    """What the detectors find in these events, which are in order of time."""
    return find_all(History(events, agency.people, Roster(agency.shifts), CadBook(agency.cad)))


def first_found(case: Planted, findings: Iterable[Pattern]) -> Pattern | None:
    """What first named the case's subject after it began."""
    said = (each for each in findings if each.subject == case.subject and each.at >= case.begins_at)
    return min(said, key=lambda finding: finding.at, default=None)


def false_of(cases: Iterable[Planted], findings: Iterable[Pattern]) -> list[Pattern]:
    """Findings about people who did nothing."""
    subjects = {case.subject for case in cases} | {OUTSIDER}
    return [finding for finding in findings if finding.subject not in subjects]


def _outcome_of(case: Planted, found: Pattern | None) -> str:
    if found is None:
        return f"{case.name}: never"
    nth = sum(at <= found.at for at in case.searches)
    late = "" if found.at <= case.due_at else f", {found.at - case.due_at} late"
    return (
        f"{case.name}: {found.detector}, {found.at - case.begins_at} after its begin, at search {nth}{late}"
    )


def main() -> None:
    """Print the figures of both years."""
    ways = Ways()
    for seed in SEEDS:
        agency = make_agency(seed, ways)
        cases = plant_all(agency)
        findings = watch(agency, list(in_order(agency)))
        first = [(case, first_found(case, findings)) for case in cases]
        in_time = sum(found is not None and found.at <= case.due_at for case, found in first)
        missed = sum(found is None for _, found in first)
        false = len(false_of(cases, findings))
        lines = [_outcome_of(case, found) for case, found in first]
        lines.append(
            f"Year {seed}: {in_time} of {len(cases)} in time, {missed} missed, {false} false findings"
        )
        lines.append(f"{false / (ways.people * ways.days / 7):.5f} false findings a person and week")
        print("\n".join(lines), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
