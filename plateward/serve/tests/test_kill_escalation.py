"""The hub dies between deciding to escalate an unacknowledged alert and notifying: soon after its restart it notifies
them once."""

import signal
from pathlib import Path

import pytest

from plateward.serve.tests.hub import UP_WITHIN, RunningHub
from plateward.testing import commands

# It is due now. The node takes it, and the power fails at the named step.
DIES = """
from plateward.db.setup import setup
setup()
import os, signal
from plateward import clock
from plateward.alerts.routing import actions
from plateward.alerts.routing.models import Unanswered
def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(actions, STEP, dies)
assert Unanswered.objects.filter(alert__entry__bare=PLATE).update(due_at=clock.now()) == 1
actions.escalate_due()
"""
ACCOUNT = """
import time
from plateward.alerts.models import Alert
from plateward.alerts.routing.models import Unanswered
from plateward.audit.models import AuditEntry
from plateward.people.notices.models import Notice
alert = Alert.objects.get(entry__bare=PLATE)
recorded = AuditEntry.objects.filter(event="alert.escalate", object=f"alert:{alert.pk}")
while ONCE_RECORDED and not recorded.exists():
    time.sleep(0.1)
waits = Unanswered.objects.get(alert=alert)
print(json.dumps({
    "told": [str(one) for one in alert.notifications.all()],
    "notices": Notice.objects.filter(text__startswith=f"NOT ACKNOWLEDGED: alert {alert.pk} ").count(),
    "recorded": recorded.count(),
    "waits": waits.due_at is not None,
}))
"""


@pytest.mark.clause("5.b", "6.b.i.9")
@pytest.mark.parametrize(
    ("plate", "step"),
    [("ESC100", "act"), ("ESC101", "_add_recipients"), ("ESC102", "announce")],
    ids=["once it is leased", "before anybody is told", "before the commit"],
)
def test_kill_nine_between_deciding_and_telling_tells_once(
    running_hub: RunningHub, tmp_path: Path, plate: str, step: str
) -> None:
    hub, listed = running_hub, tmp_path / "escalated.csv"
    account = f"PLATE, ONCE_RECORDED = {plate!r}, False\n{ACCOUNT}"
    listed.write_text(f"plate,state,reason,priority,expires\n{plate},NM,stolen_vehicle,high,\n")
    hub.command("hotlist", "import", str(listed), "--list", f"Unanswered {plate}")
    hub.sign_in("elena")  # unacknowledged alerts escalate to her
    client, roadside = hub.client(), hub.roadside()
    client.send(roadside.batch(roadside.photo(plate)))
    client.close()
    hub.kill()
    try:
        before = hub.ask(account)
        assert (before["notices"], before["recorded"], before["waits"]) == (0, 0, True)
        died = commands.script(f"PLATE, STEP = {plate!r}, {step!r}\n{DIES}", env=hub.env, within=UP_WITHIN)
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert hub.ask(account) == before
    finally:
        hub.start()
    after = hub.ask(f"PLATE, ONCE_RECORDED = {plate!r}, True\n{ACCOUNT}")
    assert (after["notices"], after["recorded"], after["waits"]) == (1, 1, False)
    assert len(after["told"]) == len(set(after["told"])) > len(before["told"])
