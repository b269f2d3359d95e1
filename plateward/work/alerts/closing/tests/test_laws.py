"""A stop after an alert: where a law asks for it, the disposition says the exact reason of the notification."""

from dataclasses import replace

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.forms import DispositionForm
from plateward.work.alerts.closing.rules import may_dispose
from plateward.work.alerts.facts import ActKind, AlertOutcome, Facts

ACTED = Facts(agrees=True, observed=True, acts=frozenset({ActKind.ENCOUNTER}))
TALK = DispositionAccount(
    AlertOutcome.ENCOUNTER, "Stopped the vehicle at mile 12, spoke with the driver.", persons_stopped=1
)


@pytest.mark.clause("VA.stop/reason")
def test_a_stop_needs_the_exact_reason_of_the_notification(monkeypatch: pytest.MonkeyPatch) -> None:
    assert may_dispose(ACTED, TALK) == Allow()
    monkeypatch.setenv("PLATEWARD_PACKS", "VA,CJIS")
    refusal = may_dispose(ACTED, TALK)
    assert isinstance(refusal, Refusal)
    assert (refusal.clause, refusal.field) == ("VA.stop", "notified_for")
    assert may_dispose(ACTED, replace(TALK, notified_for="Stolen vehicle, NCIC of November 28")) == Allow()
    nobody = DispositionAccount(
        AlertOutcome.NOT_LOCATED, "Searched both lots and the frontage road, in vain."
    )
    assert may_dispose(Facts(agrees=True, observed=True), nobody) == Allow()


@pytest.mark.clause("VA.stop/reason")
def test_the_form_asks_only_where_a_law_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "notified_for" not in DispositionForm(facts=ACTED).fields
    monkeypatch.setenv("PLATEWARD_PACKS", "VA,CJIS")
    given = {
        "outcome": "encounter",
        "persons_stopped": "1",
        "force_used": "no",
        "recovered": "no",
        "narrative": "Stopped the vehicle at mile 12, spoke with the driver.",
        "notified_for": "Stolen vehicle",
    }
    form = DispositionForm(given, facts=ACTED)
    assert form.is_valid()
    assert form.account().notified_for == "Stolen vehicle"
