"""Who writes the database changes nothing of what the Chief then decides."""

from collections.abc import Callable
from datetime import date

import pytest

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.testing import acting
from plateward.testing.emptying import past_the_hub, write
from plateward.work.alerts.models import Act
from plateward.work.retention import ordering, scheduling
from plateward.work.retention.models import Adjudication, Schedule, ScheduleTerm
from plateward.work.retention.tests.conftest import Agency

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.9/records", "AU-9/found", "6.h.ii/order", "4.b/schedule"),
]
REASON = "Nothing keeps it any longer, as the court wrote."


def cases(agency: Agency) -> Callable[[], object]:
    alert = agency.alert("ABC123")
    with act(HUB, Event.ADJUDICATION_RECORD, "case:2026-1"):
        Act.objects.create(alert=alert, kind="enforcement", by=acting("ada").person, at=clock.now())
        Adjudication.objects.create(
            number="2026-1", bare="20261", alert=alert, court="District", outcome="convicted",
            decided_on=date(2026, 11, 1), by=HUB.key,
        )  # fmt: skip
    return lambda: ordering.sign_order(acting("hector"), [alert.pk], "Order 1", REASON)


def proposals(_: Agency) -> Callable[[], object]:
    with act(HUB, Event.SCHEDULE_PROPOSE, "retention"):
        schedule = Schedule.objects.create(proposed_by="person:gloria", why="x")
        ScheduleTerm.objects.create(schedule=schedule, covers="reads", days=180, basis="OPR:50 6.h.ii")
    return lambda: scheduling.decide_schedule(acting("hector"), schedule, approve=True, note="")


@pytest.mark.parametrize(
    ("made", "table", "attack"),
    [
        (cases, "retention_adjudication", "outcome = 'dismissed'"),
        (cases, "alerts_alert", "state_agreement = 'other'"),
        (proposals, "retention_schedule", "proposed_by = 'person:hector'"),
        (proposals, "retention_scheduleterm", "days = 1"),
    ],
)
def test_what_was_altered_past_the_hub_is_not_decided(
    agency: Agency, made: Callable[[Agency], Callable[[], object]], table: str, attack: str
) -> None:
    for name in ("ada", "hector"):
        acting(name)
    decide = made(agency)
    with past_the_hub(table):
        write(f"UPDATE {table} SET {attack}")
    with pytest.raises(Refused, match="it was altered past the hub") as refused:
        decide()
    assert "report a breach" in refused.value.refusal.help
