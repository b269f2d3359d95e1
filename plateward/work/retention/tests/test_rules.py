"""The clocks: nothing early, nothing late, nothing held lost, nothing kept past its term."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.retention import rules
from plateward.work.retention.rules import Claim, ClockFacts, Covers, DayFacts, Ground, Hit, Term, plan
from plateward.work.retention.tests.timelines import DAY, Agency, MadeRead, utc

TERMS = rules.first_schedule(30)
READ, OTHER = UUID(int=1), UUID(int=2)
NOON = utc(2026, 3, 1, 12)
D = NOON.date()


@pytest.mark.clause("6.h.ii/reads")
@pytest.mark.parametrize(
    ("now", "due"),
    [
        (utc(2026, 3, 31, 12), False),  # 30 times 24 hours after the read
        (utc(2026, 3, 31, 23, 59, 59, 999_999), False),
        (utc(2026, 4, 1), True),
    ],
)
def test_the_last_moment_of_the_last_day_counts(now: datetime, due: bool) -> None:
    assert plan(now, TERMS, DayFacts(D)).due is due
    assert plan(now, TERMS, DayFacts(D)).next_at == (None if due else utc(2026, 4, 1))


@pytest.mark.clause("6.h.ii/reads", "6.h.ii/hits", "6.h.i/terms", "4.b/schedule")
def test_no_setting_goes_below_the_policys_days() -> None:
    short = (Term(Covers.READS, 1, "x"), Term(Covers.HITS, 2, "x"), Term(Covers.PERMITS, 3, "x"))
    facts = DayFacts(D, hits={READ: [Hit(NOON)]})
    assert not plan(utc(2026, 3, 31, 23), short, facts).due
    assert plan(utc(2026, 4, 1), short, facts).keep == {
        READ: [Claim(Ground.TERM, "Reads with a hit: 180 days (x)", utc(2026, 8, 29))]
    }


@pytest.mark.clause("6.h.ii/hits", "6.h.ii/enforcement", "6.b.i.2/hold")
def test_one_plate_under_five_clocks_stays_until_the_last_is_over() -> None:
    terms = (
        *TERMS[:2],
        Term(Covers.PERMITS, 200, "NMAC 1.21.2.507"),
        Term(Covers.LIST, 400, "order", 7, "L"),
    )
    late = NOON + 20 * DAY
    facts = DayFacts(
        D,
        hits={READ: [Hit(NOON), Hit(late, hotlist=7), Hit(NOON, by_fmcsa=True)]},
        evidence={READ: "Evidence"},
        holds={READ: ["Hold 1", "Hold 2"]},
    )
    assert {claim.ground for claim in plan(utc(2040, 1, 1), terms, facts).keep[READ]} == {  # type: ignore[index]
        Ground.EVIDENCE,
        Ground.HOLD,
    }
    released = DayFacts(D, hits=facts.hits, ordered={READ: "Destruction order 1"})
    last = rules.end_of_term(late, 400)
    assert plan(last - timedelta(microseconds=1), terms, released, {READ, OTHER}).keep == {
        READ: [Claim(Ground.TERM, "Hits on L: 400 days (order)", last)]
    }
    over = plan(last, terms, released, {READ, OTHER})
    assert over.due
    assert not over.keep
    assert over.rules == {"Destruction order 1": 1, "Reads: 30 days (OPR:50 6.h.ii)": 1}


def test_a_renewed_day_without_an_end_is_not_due() -> None:
    facts = DayFacts(D, hits={READ: [Hit(NOON)]}, holds={OTHER: ["Hold 1"]})
    assert plan(utc(2026, 8, 1), TERMS, facts, {READ, OTHER}) == rules.DayPlan(
        D,
        due=False,
        keep={
            READ: [Claim(Ground.TERM, "Reads with a hit: 180 days (OPR:50 6.h.ii)", utc(2026, 8, 29))],
            OTHER: [Claim(Ground.HOLD, "Hold 1")],
        },
        next_at=utc(2026, 8, 29),
    )


MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=some.just(UTC))
LATER = some.timedeltas(timedelta(0), 260 * DAY)


@some.composite
def made_reads(draw: some.DrawFn, number: int) -> MadeRead:
    captured = draw(MOMENTS)
    late = draw(
        some.sampled_from((timedelta(0), timedelta(hours=3), 29 * DAY))
    )  # late reads come within their term
    read = MadeRead(UUID(int=number), captured, captured + late)
    stored = read.stored_at
    for _ in range(draw(some.integers(0, 2))):
        at = stored + draw(LATER)
        read.hits.append(Hit(max(captured, at), draw(some.sampled_from((0, 7))), draw(some.booleans())))
    for _ in range(draw(some.integers(0, 2))):
        placed = stored + draw(LATER)
        read.holds.append((placed, placed + draw(LATER) if draw(some.booleans()) else None))
    if draw(some.booleans()):
        read.evidence_at = stored + draw(LATER)
        if draw(some.booleans()):
            read.released_at = read.evidence_at + draw(LATER)
    return read


@some.composite
def agencies(draw: some.DrawFn) -> Agency:
    terms = (
        Term(Covers.READS, draw(some.sampled_from((30, 31, 90, 365))), "a"),
        Term(Covers.HITS, draw(some.sampled_from((180, 200))), "b"),
        Term(Covers.PERMITS, draw(some.sampled_from((180, 730))), "c"),
        Term(Covers.LIST, draw(some.sampled_from((180, 500))), "d", 7, "L"),
    )
    reads = [draw(made_reads(number)) for number in range(draw(some.integers(1, 6)))]
    if draw(some.booleans()):  # several on one day
        for read in reads[1:]:
            read.captured_at = reads[0].captured_at
            read.stored_at = max(read.stored_at, read.captured_at)
    return Agency(terms, reads)


@pytest.mark.clause("6.h.ii/reads", "6.h.ii/hits", "6.h.ii/enforcement", "6.h.i/terms", "6.b.i.2/hold")
@settings(max_examples=80, deadline=None)
@given(agencies(), some.integers(0, 23), some.integers(0, 3))
def test_nothing_goes_early_or_is_lost_and_nothing_stays_past_its_term(
    agency: Agency, hour: int, late: int
) -> None:
    """Runs at one hour of Mountain Time, through its changes to summer time and back, on the days around everything
    that happens, and some days late."""
    days = sorted({moment.date() + (n + late) * DAY for moment in agency.moments() for n in (-1, 0, 1)})
    for day in days:
        now = datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZoneInfo("America/Denver")).astimezone(
            UTC
        )
        for read in agency.run(now):
            assert not read.must_stay(now, agency.terms), (now, read)
        for read in agency.reads:
            if read.gone_at is None and read.stored_at <= now:
                assert read.must_stay(now, agency.terms), (now, read)


NOW = utc(2026, 11, 28, 9)
YESTERDAY, LONG_AGO = NOW - DAY, NOW - 365 * DAY


@pytest.mark.clause("6.h.ii/reads")
@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        (ClockFacts(None, None, NOW, 0, 0), True),  # the first run of a new hub
        (ClockFacts(YESTERDAY, None, NOW, 1, 1), False),  # the first run of one with a past
        (ClockFacts(YESTERDAY, None, NOW, 400, 400, NOW.date()), True),
        (ClockFacts(YESTERDAY, YESTERDAY, NOW, 32, 1), True),  # a day ends, and of others some late hits
        (ClockFacts(YESTERDAY, YESTERDAY, NOW, 4, 4), True),  # after a long weekend, and a day each
        (ClockFacts(YESTERDAY, YESTERDAY, NOW, 5, 5), False),  # a term was shortened
        (ClockFacts(YESTERDAY, YESTERDAY, NOW, 5, 5, date(2026, 11, 27)), False),  # confirmed for another day
        (ClockFacts(LONG_AGO, LONG_AGO, NOW, 365, 365), False),  # it jumped a year forward
        (ClockFacts(LONG_AGO, LONG_AGO, NOW, 1, 0), False),
        (ClockFacts(LONG_AGO, LONG_AGO, NOW, 0, 0), True),
        (ClockFacts(NOW + timedelta(minutes=4), YESTERDAY, NOW, 1, 1), True),
        (ClockFacts(NOW + timedelta(minutes=6), YESTERDAY, NOW, 1, 1), False),  # it was set back
        (ClockFacts(NOW + DAY, YESTERDAY, NOW, 1, 1, NOW.date()), False),
        (ClockFacts(YESTERDAY, YESTERDAY, NOW - timedelta(minutes=59), 1, 1), True),
        (
            ClockFacts(YESTERDAY, YESTERDAY, YESTERDAY, 1, 1),
            False,
        ),  # it jumped a day, and every reader is refused
        (ClockFacts(YESTERDAY, YESTERDAY, None, 1, 1), False),
        (ClockFacts(YESTERDAY, YESTERDAY, None, 1, 1, NOW.date()), True),
        (ClockFacts(YESTERDAY, YESTERDAY, YESTERDAY, 0, 0), True),
    ],
)
def test_a_clock_that_moved_destroys_nothing(facts: ClockFacts, allowed: bool) -> None:
    decision = rules.may_trust_clock(NOW, facts)
    assert isinstance(decision, Allow if allowed else Refusal)


@pytest.mark.clause("6.h.ii/reads")
def test_a_refused_clock_is_named_in_the_agencys_time_and_in_utc() -> None:
    evening = utc(2026, 11, 29, 1, 30)
    for facts, again in (
        (
            ClockFacts(evening + DAY, None, evening, 1, 1),
            "November 29, 2026, 18:30 MST (November 30, 2026, 01:30 UTC)",
        ),
        (ClockFacts(None, evening - 30 * DAY, evening, 1, 1), "30 days ago"),
    ):
        refused = str(rules.may_trust_clock(evening, facts))
        assert "November 28, 2026, 18:30 MST (November 29, 2026, 01:30 UTC)" in refused
        assert again in refused
