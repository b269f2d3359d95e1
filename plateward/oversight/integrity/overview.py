"""What all checks say at the moment, for the page and the command line."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q

from plateward.core.jobs.check import Check
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.integrity.actions import checks
from plateward.oversight.integrity.models import CheckState
from plateward.oversight.integrity.rules import Standing, must_end_within, standing_of

FAILING = (Standing.RED, Standing.OVERDUE)


@dataclass(frozen=True)
class CheckRow:
    """A check, its record (None: the monitor never began with it), and how many faults are open."""

    check: Check
    state: CheckState | None
    faults: int
    standing: Standing
    within: timedelta

    @property
    def fault_text(self) -> str:
        """How many faults are open; more than are kept are not counted."""
        return f"{self.faults:,} or more" if self.overflowed else f"{self.faults:,}"

    @property
    def overflowed(self) -> bool:
        """Whether more was found than is kept, and no whole round since went without that."""
        return bool(self.state and self.state.overflowed)

    @property
    def running(self) -> bool:
        """Whether it is in the middle of a round."""
        return bool(self.state and self.state.at)

    @property
    def coverage(self) -> int | None:
        """Percent of this round, by the size of the last one; None between rounds and in the first."""
        if not (self.state and self.running and self.state.checked_before):
            return None
        return min(99, 100 * self.state.checked // self.state.checked_before)


@enforces("6.b.i.3/integrity")
def check_rows() -> list[CheckRow]:
    """All checks, in the order of the page."""
    states = CheckState.objects.annotate(open=Count("faults", filter=Q(faults__ended_at=None))).in_bulk()
    return [_row(check, states.get(key)) for key, check in checks().items()]


def _row(check: Check, state: CheckState | None) -> CheckRow:
    within = must_end_within(check, settings.INTEGRITY_WITHIN)
    faults = int(getattr(state, "open", 0))
    standing = standing_of(
        faults=faults,
        overflowed=bool(state and state.overflowed),
        since=state.since if state else None,
        ended_at=state.ended_at if state else None,
        within=within,
        now=clock.now(),
    )
    return CheckRow(check, state, faults, standing, within)
