"""The hub dies between deciding to escalate an unacknowledged alert and notifying: soon after its restart it notifies
them once."""

import signal
from pathlib import Path

import pytest

from plateward.serve.tests.hub import RunningHub
from plateward.testing import commands
from plateward.testing.waiting import WITHIN

# It is due now, and the power fails at the named step.
DIES = """
from plateward.core.db.setup import setup
setup()
import os, signal
from plateward.ground import clock
from plateward.work.alerts.routing import actions
from plateward.work.alerts.routing.models import Unanswered
def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(actions, STEP, dies)
assert Unanswered.objects.filter(alert__entry__bare=PLATE).update(due_at=clock.now()) == 1
actions.escalate_due()
"""
ACCOUNT = """
import time
from plateward.work.alerts.models import Alert
from plateward.work.alerts.routing.models import Unanswered
from plateward.core.audit.models import AuditEntry
from plateward.people.notices.models import Notice
def account(plate):
    alert = Alert.objects.get(entry__bare=plate)
    recorded = AuditEntry.objects.filter(event="alert.escalate", object=f"alert:{alert.pk}")
    while ONCE_RECORDED and not recorded.exists():
        time.sleep(0.1)
    waits = Unanswered.objects.get(alert=alert)
    return {
        "told": [str(one) for one in alert.notifications.all()],
        "notices": Notice.objects.filter(text__startswith=f"NOT ACKNOWLEDGED: alert {alert.pk} ").count(),
        "recorded": recorded.count(),
        "waits": waits.due_at is not None,
    }
print(json.dumps({plate: account(plate) for plate in PLATES}))
"""
STEPS = {
    "ESC100": "_add_recipients",  # before anybody is told
    "ESC101": "_notify",
    "ESC102": "announce",  # before the commit
}


@pytest.mark.both_databases
@pytest.mark.clause("5.b/reaches", "6.b.i.9/entries")
def test_kill_nine_between_deciding_and_telling_tells_once(running_hub: RunningHub, tmp_path: Path) -> None:
    """An alert for each step."""
    hub, listed = running_hub, tmp_path / "escalated.csv"
    account = f"PLATES, ONCE_RECORDED = {list(STEPS)}, False\n{ACCOUNT}"
    rows = [f"{plate},NM,stolen_vehicle,high,\n" for plate in STEPS]
    listed.write_text("".join(["plate,state,reason,priority,expires\n", *rows]))
    hub.command("hotlist", "import", str(listed), "--list", "Unanswered")
    hub.sign_in("elena")  # unacknowledged alerts escalate to her
    client, roadside = hub.client(), hub.roadside()
    client.send(roadside.batch(*(roadside.photo(plate) for plate in STEPS)))
    client.close()
    hub.kill()
    try:
        before = hub.ask(account)
        for waiting in before.values():
            assert (waiting["notices"], waiting["recorded"], waiting["waits"]) == (0, 0, True)
        for plate, step in STEPS.items():
            dies = f"PLATE, STEP = {plate!r}, {step!r}\n{DIES}"
            died = commands.script(dies, env=hub.env, within=WITHIN)
            assert died.returncode == -signal.SIGKILL, died.stderr
            assert hub.ask(account) == before
    finally:
        hub.start()
    after = hub.ask(f"PLATES, ONCE_RECORDED = {list(STEPS)}, True\n{ACCOUNT}")
    for plate, escalated in after.items():
        assert (escalated["notices"], escalated["recorded"], escalated["waits"]) == (1, 1, False)
        people = escalated["told"]
        assert len(people) == len(set(people)) > len(before[plate]["told"])
