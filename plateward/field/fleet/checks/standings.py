"""How readers stand at a moment by their checks, and readers with their checks for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max

from plateward.field.fleet.checks import rules
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.checks.rules import SHIFT, CheckStanding, CheckState, judge_standing
from plateward.field.fleet.checks.steps import step_names
from plateward.field.fleet.models import Reader
from plateward.field.fleet.reach import readers_for
from plateward.ground import clock
from plateward.ground.policy.decision import Allow
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.check import ShiftCheck
from plateward.people.models import Person


@enforces("6.e.iv.1/missing")
def standing_at(reader: Reader, moment: datetime, reader_says: bool | None = None) -> CheckStanding:
    """This reader's state then, with one small query. `reader_says`: what the read of that moment says."""
    last = _last(reader, moment)
    return judge_standing(
        last, moment, repaired_at=reader.repaired_at, reader_says=reader_says, said_at=moment
    )


@enforces("6.e.iv.1/missing")
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


def _last(reader: Reader, moment: datetime) -> ReaderCheck | None:
    lately = ReaderCheck.objects.filter(reader=reader, at__lte=moment, at__gt=moment - SHIFT)
    return lately.order_by("-at").first()


def standings_at(readers: Iterable[Reader], moment: datetime) -> dict[int, CheckStanding]:
    """The same for many readers, by key, with what each last reported of itself; one query for any number."""
    every = list(readers)
    rows = ReaderCheck.objects.filter(reader__in=every, at__lte=moment, at__gt=moment - SHIFT).order_by("at")
    last = {item.reader_id: item for item in rows}
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


@dataclass(frozen=True)
class ReaderRow:
    """A reader, its current state, its last check if any, and since when it has lacked a passed check."""

    reader: Reader
    standing: CheckStanding
    last: ReaderCheck | None
    since: datetime


def reader_rows(readers: Iterable[Reader]) -> list[ReaderRow]:
    """In the order given, with the same few queries for any number."""
    every = list(readers)
    now = clock.now()
    by_reader = standings_at(every, now)
    latest = (
        ReaderCheck.objects.filter(reader__in=every).values("reader").annotate(latest=Max("pk")).order_by()
    )
    checks = ReaderCheck.objects.filter(pk__in=[item["latest"] for item in latest]).select_related("by")
    last = {item.reader_id: item for item in checks}
    return [
        ReaderRow(
            item, by_reader[item.pk], last.get(item.pk), _since(item, by_reader[item.pk], last.get(item.pk))
        )
        for item in every
    ]


def _since(reader: Reader, standing: rules.CheckStanding, last: ReaderCheck | None) -> datetime:
    if standing.state is CheckState.FAILED and not standing.failed and reader.last_read_at:
        return reader.last_read_at  # the reader itself reported it with that read
    return rules.not_passed_since(last, reader.enrolled_at, reader.repaired_at)


@enforces("6.e.iv.1/missing")
def readers_without_check(person: Person) -> list[ReaderRow]:
    """The readers this person may see that sent reads this shift without a passed check: failed ones first,
    then those without for longest."""
    at_work = readers_for(person).filter(revoked_at=None, last_read_at__gt=clock.now() - SHIFT)
    without_check = [row for row in reader_rows(at_work) if row.standing.state is not CheckState.PASSED]
    return sorted(without_check, key=lambda row: (row.standing.state is not CheckState.FAILED, row.since))


def readers_to_check(person: Person) -> list[ReaderRow]:
    """The readers that this person may check."""
    return reader_rows(
        reader
        for reader in readers_for(person).filter(revoked_at=None)
        if isinstance(rules.may_check(person, reader), Allow)
    )
