"""Loads the facts for judging how readers stand at a moment."""

from collections.abc import Iterable
from datetime import UTC, datetime

from plateward.fleet.checks.models import Check
from plateward.fleet.checks.rules import (
    SHIFT,
    CheckStanding,
    CheckState,
    LastCheck,
    judge_standing,
    step_names,
)
from plateward.fleet.models import Reader
from plateward.policy.trace import enforces
from plateward.wire.check import ShiftCheck


@enforces("6.e.iv.1")
def standing_at(reader: Reader, moment: datetime, reader_says: bool | None = None) -> CheckStanding:
    """This reader's state then, with one small query. `reader_says`: what the read of that moment says."""
    last = _last(reader, moment)
    return judge_standing(
        last, moment, repaired_at=reader.repaired_at, reader_says=reader_says, said_at=moment
    )


@enforces("6.e.iv.1")
def shift_check_for(reader: Reader, moment: datetime) -> ShiftCheck:
    """The same for the reader itself, which marks its reads and alarms with it; one small query."""
    last = _last(reader, moment)
    result = judge_standing(last, moment, repaired_at=reader.repaired_at)
    if result.state is CheckState.PASSED and last:
        since = last.at.astimezone(UTC)
        return ShiftCheck("passed", since, since + SHIFT)
    return ShiftCheck(
        "failed" if result.state is CheckState.FAILED else "not_done", failed=step_names(result.failed)
    )


def _last(reader: Reader, moment: datetime) -> LastCheck | None:
    lately = Check.objects.filter(reader=reader, at__lte=moment, at__gt=moment - SHIFT)
    last = lately.order_by("-at").values_list("at", "failed").first()
    return LastCheck(last[0], tuple(last[1])) if last else None


def standings_at(readers: Iterable[Reader], moment: datetime) -> dict[int, CheckStanding]:
    """The same for many readers, by key, with what each last reported of itself; one query for any number."""
    every = list(readers)
    rows = Check.objects.filter(reader__in=every, at__lte=moment, at__gt=moment - SHIFT).order_by("at")
    last = {item.reader_id: item.last for item in rows}
    return {
        item.pk: judge_standing(
            last.get(item.pk),
            moment,
            repaired_at=item.repaired_at,
            reader_says=item.says_checked,
            said_at=item.last_read_at,
        )
        for item in every
    }
