"""Two people's acts on one alert at the same moment run one after the other, a recall among them."""

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.recall.actions import recall_entry
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person
from plateward.testing.threads import at_once
from plateward.work.alerts.confirming import actions
from plateward.work.alerts.confirming.models import Fault
from plateward.work.alerts.confirming.tests.narratives import FINDING, WHY
from plateward.work.alerts.facts import ActKind, FaultKind
from plateward.work.alerts.models import Alert, Confirmation
from plateward.work.alerts.overrides import actions as overrides
from plateward.work.alerts.overrides.models import Override
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.testing import allow_overrides

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
GONE = "The list entry of this alert was recalled."


@pytest.mark.clause("6.e.iv.3/plate", "6.b.i.9/denied")
def test_of_two_who_read_the_plate_one_is_told_who_read_it(alert: Alert) -> None:
    ada, ben = acting("ada"), acting("ben")
    refusals = at_once(
        lambda: steps.confirm(ada, alert, "ABC123", "NM"), lambda: steps.confirm(ben, alert, "ABC128", "NM")
    )
    read = Confirmation.objects.get()
    assert len(refusals) == 1
    assert refusals[0].startswith(f"The plate of this alert was already confirmed, by {read.by}, ")
    assert Audit.objects.filter(event="alert.confirm", outcome="refused").count() == 1


@pytest.mark.clause("6.e.iv.3/order")
def test_a_recall_during_confirmation_ends_it(alert: Alert) -> None:
    ada, gloria, entry = acting("ada"), acting("gloria"), Entry.objects.get(plate="ABC123")
    refusals = at_once(
        lambda: steps.confirm(ada, alert, "ABC123", "NM"),
        lambda: recall_entry(gloria, entry, "Recovered by Santa Fe PD yesterday."),
    )
    alert.refresh_from_db()
    assert alert.stage == "closed"
    assert refusals == ([] if Confirmation.objects.exists() else [GONE])


@pytest.mark.clause("6.e.iv.3/order")
def test_an_encounter_begins_before_a_recall_or_not_at_all(alert: Alert) -> None:
    person("ada", supervisor=person("carla"))
    ada, gloria, entry = acting("ada"), acting("gloria"), Entry.objects.get(plate="ABC123")
    allow_overrides()
    overrides.override(ada, alert, WHY)
    refusals = at_once(
        lambda: steps.act(ada, alert, ActKind.ENCOUNTER),
        lambda: recall_entry(gloria, entry, "Recovered by Santa Fe PD yesterday."),
    )
    alert.refresh_from_db()
    assert (refusals, alert.stage) == (([], "acted") if alert.acts.exists() else ([GONE], "closed"))


@pytest.mark.clause("6.e.iv.3/danger")
def test_an_alert_is_overridden_found_wrong_and_reviewed_once(alert: Alert) -> None:
    carla = person("carla")
    for name in ("ada", "ben"):
        person(name, supervisor=carla)
    both = acting("ada"), acting("ben")
    allow_overrides()
    refusals = at_once(*(lambda officer=officer: overrides.override(officer, alert, WHY) for officer in both))
    made = Override.objects.get()
    assert (len(refusals), Notice.objects.filter(to=carla).count()) == (1, 1)
    assert refusals[0].startswith(f"{made.by} overrode the checks")
    findings = at_once(
        *(
            lambda good=good: overrides.review(acting("carla"), made, justified=good, text=FINDING)
            for good in (True, False)
        )
    )
    assert findings == ["This override was already reviewed."]
    steps.confirm(both[0], alert, "ABC123", "NM")
    faults = at_once(
        *(lambda officer=officer: actions.record_fault(officer, alert, FaultKind.STALE) for officer in both)
    )
    assert (len(faults), Fault.objects.count()) == (1, 1)
