"""Two nodes, and two reviewers, at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from plateward.core.audit import log_reader
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.core.jobs.lease import renew, take
from plateward.ground import clock
from plateward.oversight.findings import actions as findings
from plateward.oversight.findings.models import WatchRun
from plateward.oversight.reviews import actions, opening
from plateward.oversight.reviews.gathering import gather
from plateward.oversight.reviews.models import AuditAnswer, AuditReview, ReviewRun
from plateward.oversight.reviews.opening import open_due_reviews
from plateward.oversight.reviews.risks import Why
from plateward.oversight.reviews.rules import SETTLED, Period, ReviewKind, Verdict, period_of
from plateward.oversight.reviews.tests.conftest import Cast, Log
from plateward.people.actor import PersonActor
from plateward.testing.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def week() -> Period:
    """A week later than whatever tests before this one left on the log, which no test empties."""
    return period_of(ReviewKind.WEEKLY, date(2035, 10, 24))


@pytest.fixture(autouse=True)
def _no_head_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the log, where tests with keys of their own would take it for forged."""
    head = SimpleNamespace(size=10**9, root="00" * 32, at="2035-10-29T06:05:00Z")
    monkeypatch.setattr(opening, "first_head_over", lambda _: SimpleNamespace(head=head))


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
def test_two_nodes_open_a_review_once_and_one_of_two_reviewers_answers(
    cast: Cast, week: Period, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "due_periods", lambda: [] if AuditReview.objects.exists() else [week])
    log.add(cast["ada"], Event.SEARCH_ASK, 3, "refused", 4)

    def open_them() -> None:
        with clock.set_to(week.ends + SETTLED):
            opening.open_due_reviews()

    assert at_once(open_them, open_them) == []
    review = AuditReview.objects.get()
    assert AuditEntry.objects.filter(event="review.open", at__gte=week.ends).count() == 1
    item, nora, marco = (
        review.items.filter(why=Why.DENIED)[0],
        PersonActor.of(cast["nora"]),
        PersonActor.of(cast["marco"]),
    )
    refusals = at_once(
        lambda: actions.answer_item(nora, item, Verdict.IN_ORDER, ""),
        lambda: actions.answer_item(marco, item, Verdict.IN_ORDER, ""),
    )
    assert len(refusals) == 1
    assert "answered this entry before you" in refusals[0]
    assert AuditAnswer.objects.count() == 1
    sampled = list(review.items.filter(why=Why.SAMPLE, answer=None))
    for actor in (nora, marco):
        actions.open_page(actor, review, sampled, [])
    refusals = at_once(  # each would wait for the other's entries
        lambda: actions.pass_items(nora, review, sampled),
        lambda: actions.pass_items(marco, review, sampled[::-1]),
    )
    assert len(refusals) == 1
    assert AuditAnswer.objects.count() == 1 + len(sampled)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "6.b.i.10/unusual", "6.a.ii.2/found", "AU-6/weekly", "AU-6/findings")
def test_a_busy_hub_opens_a_review_and_watches_its_log(
    cast: Cast, week: Period, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = PersonActor.of(cast["ada"])
    log.add(cast["ada"], Event.SEARCH_EXPORT, 3, number=5)
    for module, name in ((log_reader, "AT_ONCE"), (findings, "EVENTS")):
        monkeypatch.setattr(module, name, 2)
    WatchRun.objects.create(pk=1)
    [run] = take(WatchRun.objects.all(), timedelta(minutes=1))
    beats = 0

    def commit() -> None:
        try:
            record(ada, Event.ALERT_VIEW, "alert:1")
        finally:
            connection.close()

    def beat() -> None:
        nonlocal beats
        with ThreadPoolExecutor(1) as other:
            other.submit(commit).result()
        renew(run, timedelta(minutes=1))
        beats += 1

    with clock.set_to(week.ends + SETTLED):
        gather(week, "seed", 0, 9, beat)
        during = beats
        findings.findings_in_log(beat=beat)
    assert 1 < during < beats


@pytest.mark.clause("6.b.i.10/review", "6.a.ii.2/found", "AU-6/weekly")
def test_what_fails_keeps_no_lease(cast: Cast, week: Period, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(opening, "gather", fail)
    monkeypatch.setattr(findings, "findings_in_log", fail)
    for work, runs in ((open_due_reviews, ReviewRun), (findings.watch_log, WatchRun)):
        with clock.set_to(week.ends + SETTLED), pytest.raises(RuntimeError, match="disk is full"):
            work()
        assert runs.objects.get().leased_until is None
