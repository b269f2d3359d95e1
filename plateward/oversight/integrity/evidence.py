"""Evidence that stored data is whole, for the compliance report."""

from collections.abc import Iterator

from plateward.core.jobs.check import Group
from plateward.ground.policy.evidence import Fact, fact
from plateward.oversight.integrity.overview import FAILING, CheckRow, check_rows
from plateward.people import days


def facts() -> Iterator[Fact]:
    """The integrity monitor's checks, which are red or overdue, open faults; when all, and the log, were gone over."""
    rows = check_rows()
    failing = _failing(rows)
    yield fact(
        "6.b.i.3",
        "6.j.i",
        "AU-9",
        text="Checks of the integrity monitor: {checks}; red or overdue: {failing}; open faults: {faults:,}; the "
        "oldest of their last whole rounds ended: {oldest_round}.",
        checks=len(rows),
        failing=failing,
        faults=sum(row.faults for row in rows),
        oldest_round=_oldest_round(rows),
        attention="Checks of the integrity monitor that are red or overdue: {late}. See to them under Integrity.",
        late=failing,
        route="integrity:index",
    )
    of_log = [row for row in rows if row.check.group == Group.LOG]
    yield fact(
        "AU-11",
        text="The integrity monitor's last whole round over the log ended: {log_round}; checks of the log that are red "
        "or overdue: {log_failing}.",
        log_round=_oldest_round(of_log),
        log_failing=_failing(of_log),
        route="integrity:index",
    )


def _failing(rows: list[CheckRow]) -> int:
    return sum(row.standing in FAILING for row in rows)


def _oldest_round(rows: list[CheckRow]) -> str:
    ends = [row.state.ended_at for row in rows if row.state and row.state.ended_at]
    return days.format_time(min(ends)) if len(ends) == len(rows) else "not all have ended yet"
