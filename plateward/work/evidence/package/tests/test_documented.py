"""Who acted on an alert, a hit or an entry, when and with what result stays with it."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import DatabaseError, transaction

from plateward.core.audit.models import AuditEntry
from plateward.field.hotlists.models import Revision
from plateward.field.hotlists.requests import deciding
from plateward.field.hotlists.requests.models import Decision
from plateward.field.hotlists.requests.testing import Force
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.simulators.ncic import RecordOnFile
from plateward.testing.served import switch
from plateward.work.alerts.closing import actions as closing
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.models import Act, Alert
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.testing import STORY, verify_with_ncic

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.2/document")]
TOWED = DispositionAccount(AlertOutcome.ENFORCEMENT, STORY, (EnforcementAction(EnforcementKind.TOW),))


def kept(row: Any, **change: Any) -> None:
    with pytest.raises((DatabaseError, FieldError)), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).delete()


@pytest.mark.both_databases
def test_of_an_alert_each_step_has_who_when_and_what_came_of_it(ada: PersonActor, alert: Alert) -> None:
    steps.confirm(ada, alert, "ABC123", "NM")
    with switch(RecordOnFile("ABC123", "NM")):
        verify_with_ncic(ada, alert)
    for kind in ("encounter", "enforcement"):
        Act.objects.create(alert=alert, kind=kind, by=ada.person, at=clock.now())
    closing.dispose(ada, alert, TOWED)
    confirmed, verified, closed = alert.confirmation, alert.verifications.get(), alert.dispositions.get()
    assert {step.by for step in (confirmed, verified, closed)} == {ada.person}
    assert alert.arrived_at <= confirmed.at <= verified.at <= closed.at
    assert (confirmed.plate, confirmed.state) == ("ABC123", "NM")
    assert "ABC123" in verified.verbatim  # what NCIC answered
    assert (closed.outcome, closed.narrative) == ("enforcement", STORY)
    assert [action.kind for action in closed.actions.all()] == ["tow"]
    logged = AuditEntry.objects.filter(object=f"alert:{alert.pk}", actor_id="ada", outcome="done")
    assert {"alert.confirm", "alert.verify", "alert.dispose"} <= set(logged.values_list("event", flat=True))


@pytest.mark.both_databases
def test_of_an_entry_its_request_its_decisions_and_its_lists_changes_have_them() -> None:
    force = Force()
    request = force.asks()
    deciding.return_request(
        PersonActor.of(force.carla), request, request.last.pk, "Add the case number, please."
    )
    decision = Decision.objects.get()
    assert (decision.kind, decision.by, decision.text) == (
        "returned",
        force.carla,
        "Add the case number, please.",
    )
    kept(decision, text="Nothing.")
    again = force.asks(plate="TRV 881")
    deciding.approve_request(PersonActor.of(force.carla), again, again.last.pk)
    again.refresh_from_db()
    assert again.entry
    approved = again.entry.decisions.get()
    assert (approved.kind, approved.by, again.requester) == ("approved", force.carla, force.ada)
    began = again.entry.began
    assert (began.by, began.cause) == (PersonActor.of(force.carla).key, Revision.Cause.ENTRY)
    assert request.asked_at <= approved.at
    kept(approved, by=force.ada)
