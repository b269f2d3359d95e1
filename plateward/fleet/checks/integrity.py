"""The check of start-of-shift checks: a reader at work has a passed one."""

from plateward import clock
from plateward.fleet.checks.rules import SHIFT, CheckState
from plateward.fleet.checks.standings import standings_at
from plateward.fleet.models import Reader
from plateward.jobs.check import Check, Fault, Group, whole
from plateward.policy.trace import enforces


@enforces("6.b.i.3", "6.e.iv.1")
def _look_at_shift_checks() -> tuple[int, list[Fault]]:
    now = clock.now()
    at_work = list(Reader.objects.filter(revoked_at=None, last_read_at__gt=now - SHIFT))
    standings = standings_at(at_work, now)
    return len(at_work), [
        Fault(f"reader {reader}", f"{standing.text}.", link=reader.get_absolute_url())
        for reader in at_work
        if (standing := standings[reader.pk]).state is not CheckState.PASSED
    ]


CHECKS = (
    Check(
        "fleet.shift_checks", Group.FEEDS, "Start-of-shift checks", "readers at work", "6.e.iv.1",
        "Have a member of the reader's unit do the check.",
        whole(_look_at_shift_checks),
    ),
)  # fmt: skip
