"""The agency's laws decide for how long reads are kept: here those of a state that no code knows."""

from pathlib import Path

import pytest
from django.conf import settings

from plateward.field.reads.integrity import CHECKS as READ_CHECKS
from plateward.field.reads.rules import why_untimely
from plateward.ground import clock
from plateward.ground.policy import tests as policy_tests
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.evidence import Fact
from plateward.work.retention.deciding import may_propose
from plateward.work.retention.evidence import facts
from plateward.work.retention.forms import ScheduleForm
from plateward.work.retention.integrity import CHECKS
from plateward.work.retention.models import Destruction
from plateward.work.retention.rules import Covers, Term
from plateward.work.retention.scheduling import reads_term, terms_in_force
from plateward.work.retention.tests.conftest import Agency

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("WA.retain/days", "VA.retain/days", "6.b.i.3/privacy"),
]
THIRD = Path(policy_tests.__file__).parent / "third_state.toml"
TERMS = (
    Term(Covers.READS, 14, "Jefferson HB 7"),
    Term(Covers.HITS, 90, "Order 2026-4"),
    Term(Covers.PERMITS, 90, "Order 2026-4"),
)
WHY = "The law of the state that was passed this spring."


@pytest.fixture
def jefferson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATEWARD_PACKS", f"CJIS,{THIRD}")


def faults_of(name: str) -> list[str]:
    check = next(check for check in (*CHECKS, *READ_CHECKS) if check.key == name)
    return [fault.problem for step in check.steps("") for fault in step.faults]


@pytest.mark.both_databases
def test_a_read_is_destroyed_after_the_days_of_the_law_and_a_hit_is_not(
    agency: Agency, jefferson: None
) -> None:
    assert agency.run(14).destroyed == []
    assert agency.stored() == {"ABC123", "PLAIN1"}
    agency.run(15)
    assert agency.stored() == {"ABC123"}
    assert Destruction.objects.get().rules == [["Reads: 14 days (Jefferson HB 7 JX.keep)", None]]


def test_no_setting_keeps_reads_longer(jefferson: None) -> None:
    assert settings.READS_KEPT.days == 30
    assert reads_term().days == 14
    assert [term.kept_days for term in terms_in_force()] == [14, 180, 180]
    assert faults_of("retention.schedule") == ["Its 30 days are more than the law's 14."]
    assert "JX.keep allows at most 14" in faults_of("reads.retention")[0]


def test_a_longer_term_is_refused_by_the_row_that_bars_it(jefferson: None) -> None:
    longer = (Term(Covers.READS, 15, "Order 2026-4"), *TERMS[1:])
    refusal = may_propose(longer, terms_in_force(), WHY, waiting=False)
    assert isinstance(refusal, Refusal)
    assert (refusal.clause, refusal.field) == ("JX.keep", "reads_days")
    assert "at most 14 days" in refusal.reason
    assert not isinstance(may_propose(TERMS, terms_in_force(), WHY, waiting=False), Refusal)
    form = ScheduleForm(terms=terms_in_force())
    assert form.fields["reads_days"].help_text == "At most 14."
    assert form.fields["hits_days"].help_text == "As the agency decides."


def test_a_read_that_comes_after_that_is_refused_by_that_row(jefferson: None) -> None:
    now = clock.now()
    assert why_untimely(now - reads_term(), now, reads_term) is None
    late = why_untimely(now - reads_term() * 1.1, now, reads_term)
    assert late is not None
    assert "keeps a read for 14 days (clause JX.keep)" in late[1]


def test_the_report_says_the_terms_that_are_in_force(jefferson: None) -> None:
    [schedule, *_] = [fact for fact in facts() if isinstance(fact, Fact)]
    assert "Reads 14 days (Jefferson HB 7 JX.keep)" in schedule.text
