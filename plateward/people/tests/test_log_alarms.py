"""What is wrong with the audit log reaches the administrators as a notice."""

import pytest

from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.witnesses.signals import log_alarm
from plateward.people.notices.models import Notice
from plateward.people.testing import person


@pytest.mark.clause("6.b.i.10", "AU-5")
def test_every_administrator_and_nobody_else_is_notified(db: None) -> None:
    gloria, _ada = person("gloria"), person("ada")
    with act(Actor("system", "hub", "The hub"), Event.WITNESS_REFUSE, "witness:az"):
        log_alarm.send(None, text="Audit log, witness az: It does not answer.")
    (notice,) = Notice.objects.filter(kind="log.alarm")
    assert (notice.to, notice.text, notice.link) == (
        gloria,
        "Audit log, witness az: It does not answer.",
        "/audit/",
    )
