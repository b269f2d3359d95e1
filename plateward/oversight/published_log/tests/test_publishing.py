"""A month of searches, published from the log and compared with it."""

from collections import Counter
from datetime import date, timedelta

import pytest

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import ReadEntry
from plateward.core.audit.log import record
from plateward.core.audit.log_reader import log_damaged
from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.oversight.published_log import actions, gathering
from plateward.oversight.published_log.gathering import entries_of, stated_rows
from plateward.oversight.published_log.integrity import compare_months
from plateward.oversight.published_log.models import PublishedMonth, subject_of
from plateward.oversight.published_log.rules import PublishedRow
from plateward.oversight.published_log.tests.conftest import AFTER, MID, NOVEMBER, ask
from plateward.people.actor import PersonActor
from plateward.people.models import Person

pytestmark = [pytest.mark.both_databases, pytest.mark.clause("SB40.confid/audit", "6.b.i.9/sealed")]


def faults() -> list[str]:
    return [fault.problem for step in compare_months("") for fault in step.faults]


def test_nothing_is_published_until_it_is_turned_on(chief: Person) -> None:
    with clock.set_to(MID):
        ask("officer0", "mark0", MID)
    with clock.set_to(AFTER):
        assert actions.publish_due() == 0
        assert faults() == []


@pytest.mark.usefixtures("november")
def test_a_month_is_published_once_from_the_log() -> None:
    assert actions.publish_due() == 1
    assert actions.publish_due() == 0
    rows = stated_rows(NOVEMBER)
    assert len(rows) == PublishedMonth.objects.get().rows == 13
    [(_, most), *_] = Counter((row.officer, row.plate) for row in rows).most_common()
    assert most == 8
    assert len({row.officer for row in rows}) == 6
    assert faults() == []


@pytest.mark.usefixtures("november")
def test_its_entries_name_no_person_plate_case_or_reason() -> None:
    actions.publish_due()
    text = b"".join(entry.line() for entry in entries_of(NOVEMBER)).decode()
    for hidden in ("officer0", "mark0", "2026-00412", "Seen", "2026-11-15"):
        assert hidden not in text


@pytest.mark.usefixtures("november")
def test_how_each_search_was_decided_is_published(chief: Person) -> None:
    for n in range(6):
        ask(f"officer{n}", f"other{n}", MID, number=20 + n, brakes=["older"])
        with clock.set_to(MID + timedelta(days=1)):
            record(PersonActor.of(chief), Event.SEARCH_APPROVE, f"search:{20 + n}", step=0)
            record(PersonActor.of(chief), Event.SEARCH_REFUSE, f"search:{20 + n}", step=1)
        ask(f"officer{n}", f"third{n}", MID, "refused")
    actions.publish_due()
    decisions = Counter(row.decision for row in stated_rows(NOVEMBER))
    assert decisions == {"allowed": 13, "approved": 6, "stopped": 6}


@pytest.mark.usefixtures("november")
def test_a_decision_after_a_month_was_published_changes_nothing_in_it(chief: Person) -> None:
    ask("officer0", "mark0", MID, number=30, brakes=["older"])
    actions.publish_due()
    record(PersonActor.of(chief), Event.SEARCH_APPROVE, "search:30", step=0)
    assert faults() == []


@pytest.mark.usefixtures("november")
def test_many_rows_are_several_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PART", 5)
    actions.publish_due()
    assert len(entries_of(NOVEMBER)) == 4  # and the one that says how many
    assert len(stated_rows(NOVEMBER)) == 13


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize(
    ("change", "lacks", "foreign"),
    [("remove", 1, 0), ("add", 0, 1), ("alter", 1, 1)],
)
def test_a_row_that_is_missing_added_or_altered_is_found(
    monkeypatch: pytest.MonkeyPatch, change: str, lacks: int, foreign: int
) -> None:
    """By somebody who can write to the log as the hub does, and not undo it."""
    honest = gathering.rows_of

    def crooked(month: date, size: int) -> list[PublishedRow]:
        rows = honest(month, size)
        worst = Counter(rows).most_common(1)[0][0]
        if change != "add":
            rows.remove(worst)
        if change != "remove":
            rows.append(next(row for row in rows if row != worst))
        return rows

    monkeypatch.setattr(actions, "rows_of", crooked)
    actions.publish_due()
    [problem] = faults()
    assert f"lacks {lacks} rows and has {foreign} that are not theirs" in problem


@pytest.mark.usefixtures("november")
def test_rows_that_are_added_later_are_found() -> None:
    actions.publish_due()
    record(
        HUB,
        Event.SEARCHLOG_PUBLISH,
        subject_of(NOVEMBER),
        part=2,
        rows=[str(stated_rows(NOVEMBER)[0])],
    )
    [problem] = faults()
    assert "has 1 that are not theirs" in problem


@pytest.mark.usefixtures("november")
def test_a_month_that_nobody_published_is_found() -> None:
    assert faults() == ["It was not published."]


@pytest.mark.usefixtures("november")
def test_a_log_that_is_damaged_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    actions.publish_due()

    def damaged(entry: AuditEntry) -> ReadEntry:
        raise log_damaged(f"entry {entry.sequence} was altered or moved")

    monkeypatch.setattr(gathering, "opened", damaged)
    [problem] = faults()
    assert "was altered or moved" in problem
