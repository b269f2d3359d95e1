"""Whether what was published is what the log has of these searches."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from plateward.core.audit.log_reader import LogDamaged
from plateward.core.jobs.check import Check, Fault, Group, RoundStep
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.published_log.actions import due_months
from plateward.oversight.published_log.gathering import rows_of, stated_rows
from plateward.oversight.published_log.models import PublishedMonth
from plateward.oversight.published_log.rules import published

LATE = timedelta(days=1)  # after a month could be published first


@enforces("SB40.confid/audit", "6.b.i.3/integrity")
def compare_months(_: str) -> Iterator[RoundStep]:
    """Each published month with the searches on the log; then the months that should be published and are not."""
    for month in PublishedMonth.objects.order_by("month"):
        fault = (
            Fault(f"published search log of {month}", problem) if (problem := _problem_of(month)) else None
        )
        yield RoundStep(month.rows, (fault,) if fault else (), month.name)
    with clock.set_to(clock.now() - LATE):
        late = due_months()
    yield RoundStep(
        0, tuple(Fault(f"published search log of {month:%B %Y}", "It was not published.") for month in late)
    )


def _problem_of(month: PublishedMonth) -> str:
    """What is wrong with it, in a sentence; no pseudonym."""
    try:
        said = Counter(stated_rows(month.month))
        true = Counter(published(rows_of(month.month, month.size)).rows)
    except (LogDamaged, ValueError) as error:
        return str(error)
    missing, added = (true - said).total(), (said - true).total()
    if not missing and not added:
        return ""
    return (
        f"Compared with the searches on the log, it lacks {missing:,} rows and has {added:,} that are not theirs: a "
        "row that was altered counts as both."
    )


CHECKS = (
    Check(
        "searchlog.months", Group.LOG, "Published search log", "rows", "SB40.confid",
        "Change nothing. Turn publishing off, report a breach, and find out who could write to the log.",
        compare_months, every=timedelta(days=1),
    ),
)  # fmt: skip
