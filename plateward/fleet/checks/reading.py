"""How readers stand at a moment: the facts that the rule is asked with."""

from collections.abc import Iterable
from datetime import UTC, datetime

from plateward.fleet.checks.models import Check
from plateward.fleet.checks.rules import SHIFT, Last, Standing, State, names, standing
from plateward.fleet.models import Reader
from plateward.policy.trace import enforces
from plateward.wire.check import ShiftCheck


@enforces("6.e.iv.1")
def of(reader: Reader, moment: datetime, said: bool | None = None) -> Standing:
    """How this reader stood then; one small question. `said`: what the read of that moment says of it."""
    last = _last(reader, moment)
    return standing(last, moment, repaired_at=reader.repaired_at, said=said, said_at=moment)


@enforces("6.e.iv.1")
def for_reader(reader: Reader, moment: datetime) -> ShiftCheck:
    """The same for the reader itself, which marks its reads and alarms with it; one small question."""
    last = _last(reader, moment)
    found = standing(last, moment, repaired_at=reader.repaired_at)
    if found.state is State.PASSED and last:
        since = last.at.astimezone(UTC)
        return ShiftCheck("passed", since, since + SHIFT)
    return ShiftCheck("failed" if found.state is State.FAILED else "not_done", failed=names(found.failed))


def _last(reader: Reader, moment: datetime) -> Last | None:
    lately = Check.objects.filter(reader=reader, at__lte=moment, at__gt=moment - SHIFT)
    last = lately.order_by("-at").values_list("at", "failed").first()
    return Last(last[0], tuple(last[1])) if last else None


def of_all(readers: Iterable[Reader], moment: datetime) -> dict[int, Standing]:
    """The same of many, by key, with what each said of itself last; one question for however many."""
    every = list(readers)
    rows = Check.objects.filter(reader__in=every, at__lte=moment, at__gt=moment - SHIFT).order_by("at")
    last = {one.reader_id: one.last for one in rows}
    return {
        one.pk: standing(
            last.get(one.pk),
            moment,
            repaired_at=one.repaired_at,
            said=one.says_checked,
            said_at=one.last_read_at,
        )
        for one in every
    }
