"""Evidence on function checks, for the compliance report."""

from collections import Counter
from collections.abc import Iterator

from plateward import clock
from plateward.fleet.checks.rules import SHIFT, CheckState
from plateward.fleet.checks.standings import standings_at
from plateward.fleet.models import Reader
from plateward.policy.evidence import Fact, fact


def facts() -> Iterator[Fact]:
    """Readers at work this shift, with a passed check or not."""
    now = clock.now()
    at_work = Reader.objects.filter(revoked_at=None, last_read_at__gt=now - SHIFT)
    states = Counter(standing.state for standing in standings_at(at_work, now).values())
    without = states.total() - states[CheckState.PASSED]
    yield fact(
        "6.e.iv.1",
        text="Readers that sent reads within a shift: {at_work}; with a passed function check: {passed}; failed: "
        "{failed}; not checked: {unchecked}.",
        at_work=states.total(),
        passed=states[CheckState.PASSED],
        failed=states[CheckState.FAILED],
        unchecked=states[CheckState.NOT_DONE],
        attention="Readers at work without a passed check: {late}. Have them checked under Readers, "
        "Start-of-shift checks.",
        late=without,
        route="checks:index",
    )
