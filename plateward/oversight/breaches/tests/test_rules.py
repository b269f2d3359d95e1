"""Deadlines of a breach, and what may be recorded. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.oversight.breaches import rules
from plateward.oversight.breaches.rules import LONG_AGO, MOST_A_DAY, Office

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WHAT = "The rear door of the server room stood open this morning."


@pytest.mark.clause("6.b.i.11/cyber", "IR-6/hour")
@pytest.mark.parametrize(("office", "hours"), [(Office.CJIS, 1), (Office.CYBER, 24)])
def test_each_office_must_know_in_its_time(office: Office, hours: int) -> None:
    [deadline] = [item for item in rules.deadlines(NOON, None, {}) if item.office is office]
    assert deadline.due == NOON + timedelta(hours=hours)
    assert not deadline.is_overdue(deadline.due)
    assert deadline.is_overdue(deadline.due + SECOND)
    for done, kept in ((deadline.due, True), (deadline.due + SECOND, False)):
        [noted] = [item for item in rules.deadlines(NOON, None, {office: done}) if item.office is office]
        assert noted.kept is kept
        assert not noted.is_overdue(NOON + timedelta(days=9))


@pytest.mark.clause("IR-6/systems")
def test_the_states_systems_officer_must_know_within_an_hour_once_it_is_confirmed() -> None:
    assert Office.SYSTEMS not in {item.office for item in rules.deadlines(NOON, None, {})}
    later = NOON + timedelta(days=2)
    *_, deadline = rules.deadlines(NOON, later, {})
    assert (deadline.office, deadline.due, deadline.clause) == (
        Office.SYSTEMS, later + timedelta(hours=1), "IR-6",
    )  # fmt: skip
    assert isinstance(rules.may_note_notified(Office.SYSTEMS, None, "Rosa Romero, by phone."), Refusal)
    assert isinstance(rules.may_note_notified(Office.SYSTEMS, deadline, "Rosa Romero, by phone."), Allow)


@pytest.mark.clause("IR-6/systems")
@pytest.mark.parametrize(
    ("confirmed", "text"), [(True, WHAT), (False, ""), (False, "yes"), (False, "1234 5678")]
)
def test_a_breach_is_confirmed_once_and_by_what_shows_it(confirmed: bool, text: str) -> None:
    assert isinstance(rules.may_confirm(False, WHAT), Allow)
    decision = rules.may_confirm(confirmed, text)
    assert isinstance(decision, Refusal)
    assert decision.clause == "IR-6"


@pytest.mark.clause("IR-6/systems", "SC-8/systems")
def test_the_email_to_the_systems_officer_says_that_there_is_something_and_nothing_else() -> None:
    subject, text = rules.email_text("State Police", "NM0010000", "Breach 3", "noon", "one o'clock")
    assert subject == "State Police: confirmed security incident, breach 3"
    assert "Noticed: noon\nConfirmed: one o'clock" in text
    assert "no case information" in text


@pytest.mark.clause("6.b.i.11/report")
@pytest.mark.parametrize(
    ("what", "noticed_at", "today", "field"),
    [
        ("?", NOON, 0, "what"),
        ("12345 12345 12345 12345 12345", NOON, 0, "what"),
        (WHAT, NOON + SECOND, 0, "noticed_at"),
        (WHAT, NOON - LONG_AGO - SECOND, 0, "noticed_at"),
        (WHAT, NOON, MOST_A_DAY, ""),
    ],
)
def test_a_report_that_says_nothing_is_none(what: str, noticed_at: datetime, today: int, field: str) -> None:
    decision = rules.may_report(what, noticed_at, NOON, today=today)
    assert isinstance(decision, Refusal)
    assert (decision.clause, decision.field) == ("6.b.i.11", field)
    assert isinstance(rules.may_report(WHAT, NOON, NOON, today=MOST_A_DAY - 1), Allow)


@pytest.mark.clause("6.b.i.11/cause")
@pytest.mark.parametrize(
    ("changed", "about"),
    [
        ({"waiting": [Office.CYBER]}, "must be notified"),
        ({"cause": "unknown"}, "root cause"),
        ({"remedy": "None."}, "happening again"),
        ({"exports_stopped": True}, "Exports are still stopped"),
        ({"contained": False}, "Nothing was cut off"),
        ({"involved": False}, "who was involved"),
        ({"was_confirmed": False}, "was not confirmed before"),
        ({"waiting": [Office.SYSTEMS]}, "must be notified"),
        ({"confirmed": False}, "was confirmed"),
    ],
)
def test_an_analysis_closes_a_breach_only_when_all_is_done(changed: dict[str, object], about: str) -> None:
    whole = {
        "confirmed": True,
        "waiting": [],
        "exports_stopped": False,
        "cause": "A shared password, as the log of the door shows.",
        "remedy": "The lock is changed.  Keys are personal.",
        "contained": True,
        "involved": True,
        "was_confirmed": True,
    }
    assert isinstance(rules.may_close(**whole), Allow)  # type: ignore[arg-type]
    decision = rules.may_close(**whole | changed)  # type: ignore[arg-type]
    assert isinstance(decision, Refusal)
    assert about in decision.reason
    # What was no breach needs no remedy; but who must hear of a mere suspicion heard of it (IR-6).
    no_breach = whole | {"confirmed": False, "remedy": "", "contained": False, "involved": False}
    no_breach["was_confirmed"] = False
    assert isinstance(rules.may_close(**no_breach | {"waiting": [Office.CYBER]}), Allow)  # type: ignore[arg-type]
    assert isinstance(rules.may_close(**no_breach | {"waiting": [Office.CJIS]}), Refusal)  # type: ignore[arg-type]
