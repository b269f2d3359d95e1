"""Periods, the sample and the rules of a review: pure."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.core.audit.events import Event
from plateward.ground.policy.decision import Allow, Refusal
from plateward.oversight.reviews.risks import (
    EVENTS,
    WHY_OF,
    Group,
    Why,
    drawn,
    is_off_hours,
    ranked,
    reason,
    seed_of,
)
from plateward.oversight.reviews.rules import (
    SETTLED,
    TERMS,
    ReviewKind,
    ReviewStep,
    Verdict,
    may_answer,
    may_pass_together,
    may_sign,
    period_of,
    periods_due,
    step_due,
)
from plateward.people import days

WEEKLY, QUARTERLY = ReviewKind
DAYS = st.dates(date(2001, 1, 1), date(2200, 1, 1))
KINDS = st.sampled_from(ReviewKind)
HOUR = timedelta(hours=1)


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
@given(KINDS, DAYS)
def test_periods_follow_each_other_without_gap_or_overlap(kind: ReviewKind, day: date) -> None:
    period = period_of(kind, day)
    assert period.first <= day < period.after
    assert period.before.after == period.first
    assert period_of(kind, period.after).before == period
    assert period.parts[0] == period.first
    assert period.parts[-1] < period.after
    if kind is QUARTERLY:
        assert (period.first.day, period.first.month % 3) == (1, 1)
        assert 90 <= (period.after - period.first).days <= 92
    else:
        assert (period.first.weekday(), period.after - period.first) == (0, timedelta(days=7))


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
def test_a_period_begins_and_ends_at_the_agencys_midnight() -> None:
    spring, autumn = period_of(WEEKLY, date(2026, 3, 8)), period_of(WEEKLY, date(2026, 11, 1))
    assert spring.starts == datetime(2026, 3, 2, 7, tzinfo=UTC)  # UTC-7
    assert spring.ends == datetime(2026, 3, 9, 6, tzinfo=UTC)  # UTC-6
    assert autumn.ends.astimezone(UTC) - autumn.starts.astimezone(UTC) == timedelta(days=7, hours=1)
    year_end = period_of(QUARTERLY, date(2026, 12, 31))
    assert year_end.ends == datetime(2027, 1, 1, 7, tzinfo=UTC)
    assert str(year_end) == "October 1, 2026 to December 31, 2026"


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
def test_a_period_is_due_once_it_is_over_and_its_entries_are_settled() -> None:
    end = days.start_of(date(2026, 11, 2))
    for now, due in ((end + SETTLED - timedelta(seconds=1), 19), (end + SETTLED, 26)):
        [period] = periods_due(WEEKLY, None, date(2026, 1, 1), now)
        assert period.first == date(2026, 10, due)
    assert periods_due(QUARTERLY, None, date(2026, 10, 3), end) == []  # its first quarter is not over


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
@given(KINDS, DAYS, st.integers(0, 900))
def test_a_late_hub_opens_every_missed_period_once_up_to_a_bound(
    kind: ReviewKind, day: date, away: int
) -> None:
    latest = period_of(kind, day).after
    now = days.start_of(latest + timedelta(days=away)) + SETTLED
    due = periods_due(kind, latest, date(2000, 1, 1), now)
    assert len(due) <= TERMS[kind].missed
    assert all(period.after == following.first for period, following in pairwise(due))
    assert all(period.first >= latest and period.ends <= now for period in due)
    if due:
        assert period_of(kind, due[-1].after).ends > now
        assert due[0].first == latest or len(due) == TERMS[kind].missed
        assert periods_due(kind, due[-1].after, date(2000, 1, 1), now) == []
    else:
        assert period_of(kind, latest).ends > now - SETTLED


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
@given(st.text(max_size=64), st.integers(0, 10**9), st.integers(1, 10**7))
def test_whoever_has_the_head_draws_the_same_entries(root: str, first: int, number: int) -> None:
    seed = seed_of("weekly", first, first + number, root)
    draws = drawn(seed, first, first + number)
    some = [next(draws) for _ in range(60)]
    assert all(first <= entry < first + number for entry in some)
    again = drawn(seed_of("weekly", first, first + number, root), first, first + number)
    assert [next(again) for _ in range(60)] == some
    assert seed_of("weekly", first, first + number, root + "0") != seed


@pytest.mark.clause("6.b.i.10/review")
def test_every_entry_of_a_short_period_is_drawn_and_of_an_empty_one_none() -> None:
    assert set(drawn("seed", 7, 40)) == set(range(7, 40))
    assert list(drawn("seed", 7, 7)) == []


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
def test_a_review_is_reminded_of_before_it_is_due_and_escalated_after_it() -> None:
    due = datetime(2026, 11, 9, tzinfo=UTC)
    days_before = [(step_due(WEEKLY, due, due - n * HOUR, reminded=False, escalated=False)) for n in (49, 48)]
    assert days_before == [None, ReviewStep.REMIND]
    assert step_due(WEEKLY, due, due - HOUR, reminded=True, escalated=False) is None
    assert step_due(WEEKLY, due, due, reminded=True, escalated=False) is ReviewStep.ESCALATE
    assert step_due(WEEKLY, due, due + HOUR, reminded=True, escalated=True) is None


@pytest.mark.clause("6.b.i.10/review")
def test_the_first_to_answer_wins_and_what_is_not_in_order_has_a_text() -> None:
    def decided(answer: Verdict, text: str = "", **given: object) -> str:
        about = {"answered_by": "", "signed": False} | given
        decision = may_answer(answer, text, **about)  # type: ignore[arg-type]
        return decision.reason if isinstance(decision, Refusal) else ""

    assert decided(Verdict.IN_ORDER) == ""
    assert "not stated" in decided(Verdict.MISUSE, "12345678901234567890")
    assert decided(Verdict.MISUSE, "He searched for his own neighbor.") == ""
    assert "Nora Naranjo answered" in decided(Verdict.IN_ORDER, answered_by="Nora Naranjo")
    assert "signed" in decided(Verdict.IN_ORDER, signed=True)


@pytest.mark.clause("6.b.i.10/review")
def test_only_displayed_sampled_entries_pass_together() -> None:
    assert isinstance(may_pass_together(risky=0, unseen=0), Allow)
    assert isinstance(may_pass_together(risky=1, unseen=0), Refusal)
    assert isinstance(may_pass_together(risky=0, unseen=1), Refusal)


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
@pytest.mark.parametrize(
    ("kind", "role", "waiting", "signed_by", "conclusion", "reason"),
    [
        (QUARTERLY, "administrator", False, "", "Nothing unusual was found.", ""),
        (WEEKLY, "auditor", False, "", "Nothing unusual was found.", ""),
        (QUARTERLY, "auditor", False, "", "Nothing unusual was found.", "administrator signs"),
        (WEEKLY, "auditor", True, "", "Nothing unusual was found.", "Not every entry has an answer"),
        (WEEKLY, "auditor", False, "", "ok", "conclusion is too short"),
        (WEEKLY, "auditor", False, "Marco Mora", "Nothing unusual was found.", "Marco Mora signed"),
    ],
)
def test_it_is_signed_when_all_is_answered_a_quarters_by_the_administrator(
    kind: ReviewKind, role: str, waiting: bool, signed_by: str, conclusion: str, reason: str
) -> None:
    decision = may_sign(kind, role, conclusion, waiting=waiting, signed_by=signed_by)
    assert reason in decision.reason if isinstance(decision, Refusal) else reason == ""


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
def test_risks_are_ranked_by_reason_then_by_how_often_and_by_lot() -> None:
    denied, often, export = (
        Group(Why.DENIED, "ada", "search.ask", 2, 9),
        Group(Why.DENIED, "ben", "search.ask", 5, 8),
        Group(Why.EXPORT, "ada", "search.export", 1, 7),
    )
    assert ranked([denied, often, export], "seed", 12) == [export, often, denied]
    many = [Group(Why.DENIED, f"p{n}", "search.ask", 40 - n, n) for n in range(40)]
    lists = [[group.actor for group in ranked(many, f"seed {n}", 12)] for n in range(40)]
    assert all(names[:6] == ["p0", "p1", "p2", "p3", "p4", "p5"] for names in lists)
    assert any("p39" in names[:12] for names in lists)  # with a single entry, behind 39 accounts with more
    drawn = set()
    for seed in "abcdefgh":
        group = Group(Why.EXPORT, "ada", "search.export")
        for sequence in range(40):
            group.add(sequence, seed)
        assert group.alike == 40
        drawn.add(group.drawn)
    assert len(drawn) > 4  # not the latest, nor any that its account could choose
    assert reason(Why.DENIED, 1) == "The system refused it."
    assert "5 such entries of this account" in reason(Why.DENIED, 5)


@pytest.mark.clause("6.b.i.10/review", "6.b.i.10/unusual", "AU-6/weekly")
def test_every_export_and_privileged_acts_on_plates_and_readers_are_risks() -> None:
    exports = {event for event in Event if event.endswith((".export", ".download", ".print"))}
    # What is made leaves when it is downloaded, or is sent to DEMS.
    made = {Event.DEMS_DOWNLOAD, Event.EVIDENCE_EXPORT, Event.EVIDENCE_PRINT}
    assert exports - set(EVENTS[Why.EXPORT]) == made
    acts = (
        "protected.add",
        "protected.import",
        "alarm.floor",
        "alarm.withhold",
        "access.interrupt",
        "order.sign",
    )
    assert {WHY_OF[act] for act in (*acts, "reader.update")} == {Why.PRIVILEGED}


# What is on no list for what it is, only if the hub refused it, in a finding, or by lot.
ORDINARY = """
absence.declare absence.end access.deny access.end access.request access.review access.withdraw adjudication.record
agency.consult agency.declare agency.deny agency.register agency.request alarm.review alert.acknowledge alert.act
alert.arrive alert.confirm alert.deny alert.dispose alert.escalate alert.explain alert.fault alert.look_back alert.mark
alert.observe alert.recall alert.review alert.share alert.unmark alert.unshare alert.verify audit.count audit.discard
audit.head audit.prove audit.request backup.begin backup.make backup.verify
batch.receive batch.refuse breach.close breach.confirm breach.note breach.notify
breach.report call.add call.hear call.open call.send call.tell certificate.renew check.record counts.record
dems.acknowledge dems.confirm dems.download dems.due dems.left dems.refuse dems.retry dems.return dems.send dems.vet
entry.answer entry.ask entry.escalate equipment.change evidence.discard evidence.export evidence.print evidence.request
evidence.sign evidence.timestamp export.end feed.fetch finding.report hit.answer hit.drop hit.request hold.review
hotlist.approve hotlist.ask hotlist.check hotlist.deliver hotlist.end hotlist.import hotlist.preview hotlist.recall
hotlist.refresh hotlist.refuse hotlist.return hotlist.withdraw image.view incident.record integrity.ask integrity.pass
investigation.assign investigation.attach investigation.close investigation.conclude investigation.discipline
investigation.note investigation.notify investigation.open investigation.report investigation.review load.discard
mail.send malfunction.end malfunction.report modification.record notice.choose notice.read order.complete
override.escalate override.review penalty.note penalty.record person.banner person.compare person.factor person.login
person.logout person.password picture.redact place.add place.remove place.update placement.deliver policy.change
protocol.acknowledge protocol.draft protocol.return protocol.review protocol.withdraw purpose.state
quiet_hours.set read.list read.share
read.shred read.unshare reader.assign reader.instruct records.acknowledge records.answer records.attach records.extend
records.look_up records.name records.propose records.receive records.return recovery.ask recovery.deny
release_rule.propose release_rule.return repair.record retention.begin retention.destroy retention.erase
retention.run return.approve return.ask return.deny
review.answer review.ask review.assign review.escalate review.open review.reply review.sign
route.refuse schedule.propose screen.code screen.login screen.logout search.approve search.ask search.check
search.explain search.look search.refer search.refuse search.run search.step search.withdraw searchlog.publish
session.end session.lock session.prove sharing.agree sharing.return storage.check system.start system.stop
technician.end terminal.revoke terminal.take token.revoke training.acknowledge training.course training.duty
training.preview training.withdraw transfer.request transparency.publish upgrade.confirm witness.answer yearly.ask
yearly.count yearly.preview
"""


@pytest.mark.clause("6.b.i.10/review", "6.b.i.10/unusual", "AU-6/weekly")
def test_every_event_is_a_risk_or_knowingly_none() -> None:
    ordinary = set(ORDINARY.split()) | {event for event in Event if event.endswith((".view", ".remind"))}
    assert set(Event) - set(WHY_OF) == ordinary


@pytest.mark.clause("6.b.i.10/review", "6.b.i.10/unusual")
def test_office_hours_are_the_agencys() -> None:
    zone = ZoneInfo("America/Denver")
    friday = datetime(2026, 10, 30, tzinfo=UTC)
    assert not is_off_hours(friday + 18 * HOUR, zone)  # noon
    assert is_off_hours(friday + 11 * HOUR, zone)  # 5 am
    assert is_off_hours(friday + 42 * HOUR, zone)  # Saturday, noon
