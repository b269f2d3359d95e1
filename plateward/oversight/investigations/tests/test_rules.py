"""Who may investigate and review, over every small chain of command; and what closes an investigation. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.policy.decision import Allow, Refusal
from plateward.oversight.investigations import rules
from plateward.oversight.investigations.rules import (
    OUTSIDE,
    REPORT_WITHIN,
    Matter,
    Party,
    Progress,
    Result,
    Ruling,
)
from plateward.people.permissions import Role

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
WHY = "The roster, the log and both interviews agree: the plate is the neighbor's, and no call names it."


@st.composite
def agencies(draw: st.DrawFn) -> list[Party]:
    """Up to seven people, each below one of those before, or below nobody."""
    people: list[Party] = []
    for pk in range(draw(st.integers(2, 7))):
        leader = draw(st.sampled_from([None, *people]))
        above = [] if leader is None else [leader.pk, *leader.above]
        people.append(Party(pk, draw(st.sampled_from(list(Role))), above))
    return people


@pytest.mark.clause("6.f.i.3/investigate", "6.b.i.8/scope")
@given(agencies(), st.data())
def test_nobody_investigates_or_reviews_whom_they_must_not(people: list[Party], data: st.DataObject) -> None:
    subject, investigator, reviewer = (data.draw(st.sampled_from(people)) for _ in range(3))
    barred = data.draw(st.sets(st.sampled_from([party.pk for party in people])))
    outside = data.draw(st.booleans())
    matter = Matter(subject, barred, outside, investigator)
    if isinstance(rules.may_investigate(investigator, matter), Allow):
        assert investigator.pk != subject.pk
        assert investigator.pk not in barred
        assert subject.pk not in investigator.above
        if outside:
            steps_in = investigator.role == Role.CHIEF and subject.role in OUTSIDE
            assert steps_in or (investigator.role in OUTSIDE and investigator.pk not in subject.above)
        else:
            assert investigator.pk in subject.above or investigator.role == Role.CHIEF
        assert isinstance(rules.may_lead(investigator, matter), Allow)
    if isinstance(rules.may_review(reviewer, matter), Allow):
        assert reviewer.pk not in {subject.pk, investigator.pk, *barred}
        assert subject.pk not in reviewer.above
        assert reviewer.role in {*OUTSIDE, Role.CHIEF} or reviewer.pk in investigator.above
        assert not isinstance(rules.may_lead(reviewer, matter), Allow)
    for party in people:
        if party.pk in {subject.pk, *barred}:
            assert isinstance(rules.may_work(party, matter), Refusal)


@pytest.mark.clause("6.f.i.3/investigate")
@given(agencies(), st.data())
def test_whoever_leads_the_subject_may_investigate_unless_part_of_it(
    people: list[Party], data: st.DataObject
) -> None:
    subject = data.draw(st.sampled_from(people))
    for party in people:
        if party.pk in subject.above:
            assert isinstance(rules.may_investigate(party, Matter(subject, (), outside=False)), Allow)
            assert isinstance(
                rules.may_investigate(party, Matter(subject, {party.pk}, outside=False)), Refusal
            )


DONE = Progress(NOON, [1], {1: Ruling(7, Result.INTENTIONAL, accepted=True)}, NOON, True, NOON, None)


@pytest.mark.clause("6.f.i.3/discipline", "6.f.i.3/reported", "6.g.i/recorded")
@pytest.mark.parametrize(
    ("changed", "clause", "about"),
    [
        ({"reported_at": None}, "6.f.i.3", "not reported"),
        ({"disciplined": False}, "6.g.i", "discipline"),
        ({"allegations": []}, "6.f.i.3", "Nothing is alleged"),
        ({"allegations": [1, 2]}, "6.f.i.3", "reviewed outcome"),
        ({"rulings": {1: Ruling(7, Result.UNFOUNDED, accepted=False)}}, "6.f.i.3", "reviewed outcome"),
    ],
)
def test_it_closes_only_when_all_is_done(changed: dict[str, object], clause: str, about: str) -> None:
    assert isinstance(rules.may_close(DONE), Allow)
    decision = rules.may_close(replace(DONE, **changed))  # type: ignore[arg-type]
    assert isinstance(decision, Refusal)
    assert (decision.clause, about in decision.reason) == (clause, True)


@pytest.mark.clause("6.f.i.3/discipline")
@pytest.mark.parametrize("result", [Result.UNFOUNDED, Result.EXONERATED, Result.NOT_SUSTAINED])
def test_what_is_not_sustained_needs_neither_report_nor_discipline(result: Result) -> None:
    progress = replace(
        DONE, rulings={1: Ruling(7, result, accepted=True)}, disciplined=False, reported_at=None
    )
    assert isinstance(rules.may_close(progress), Allow)
    assert isinstance(rules.may_report(progress, NOON, NOON, "26-1", WHY, "Marco Mora"), Refusal)
    assert isinstance(rules.may_discipline(progress, False, "reprimand", WHY), Refusal)


@pytest.mark.clause("6.f.i.3/reported", "IR-6/hour")
def test_a_documented_violation_is_reported_within_the_hour_and_once() -> None:
    waiting = replace(DONE, reported_at=None)
    [finish, report] = rules.deadlines(waiting, timedelta(days=30))
    assert (finish.due, report.due) == (NOON + timedelta(days=30), NOON + REPORT_WITHIN)
    now = NOON + timedelta(hours=2)
    assert isinstance(
        rules.may_report(waiting, now, now, "2026-17", "By phone, at once.", "Marco Mora"), Allow
    )
    for at, number, text, field in (
        (NOON - timedelta(days=1), "2026-17", WHY, "happened_at"),
        (now + timedelta(minutes=1), "2026-17", WHY, "happened_at"),
        (now, "none", WHY, "number"),
        (now, "2026-17", "?", "text"),
    ):
        refusal = rules.may_report(waiting, at, now, number, text, "Marco Mora")
        assert isinstance(refusal, Refusal)
        assert refusal.field == field
    assert isinstance(rules.may_report(DONE, now, now, "2026-17", WHY, "Marco Mora"), Refusal)


@pytest.mark.clause("6.f.i.3/discipline")
def test_an_outcome_is_thorough_and_reviewed_as_it_was_seen() -> None:
    assert isinstance(rules.may_conclude(None, WHY), Allow)
    assert isinstance(rules.may_conclude(None, "He did it."), Refusal)
    assert isinstance(rules.may_conclude(DONE.rulings[1], WHY), Refusal)
    pending = Ruling(7, Result.PATTERN, accepted=False)
    assert isinstance(rules.may_accept(pending, 7, WHY, own=False), Allow)
    assert isinstance(rules.may_accept(pending, 7, WHY, own=True), Refusal)
    for ruling, seen, text in (
        (pending, 6, WHY),
        (None, 7, WHY),
        (DONE.rulings[1], 7, WHY),
        (pending, 7, ""),
    ):
        assert isinstance(rules.may_accept(ruling, seen, text, own=False), Refusal)


@pytest.mark.clause("6.f.i.3/investigate")
def test_who_opens_one_says_what_when_and_how_it_is_known() -> None:
    today = NOON.date()
    assert isinstance(rules.is_stated(WHY, WHY, today, today), Allow)
    for what, known, day, field in (
        ("?", WHY, today, "what"),
        (WHY, "12345 12345 12345 12345", today, "known"),
        (WHY, WHY, today + timedelta(days=1), "happened_on"),
        (WHY, WHY, today - rules.LONG_AGO - timedelta(days=1), "happened_on"),
    ):
        refusal = rules.is_stated(what, known, day, today)
        assert isinstance(refusal, Refusal)
        assert refusal.field == field
