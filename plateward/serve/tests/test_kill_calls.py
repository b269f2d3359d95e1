"""The hub dies after CAD took a call but before it knows: CAD has the call once."""

from pathlib import Path

import pytest

from plateward.serve.tests.hub import RunningHub
from plateward.simulators.cad import CadMode, CadSimulator
from plateward.testing.waiting import wait_until

CERTIFICATE = """
from django.conf import settings
from plateward.ground.vault.authority import Authority
print(json.dumps(Authority.create(settings.RING).issue_server(["127.0.0.1"])))
"""
# Leave out messages pending from other tests at this hub.
NOTHING_WAITS = """
from plateward.work.dispatch.models import Change, Message
Change.objects.update(tells=False, message=None)
print(json.dumps(Message.objects.all().delete()[0]))
"""
# Expire the dead node's lease, so that the test need not wait for it.
OVER = """
from plateward.work.dispatch.models import Message
print(json.dumps(Message.objects.update(leased_until=None)))
"""
SENT = """
import time
from plateward.work.dispatch.models import Message
while not Message.objects.filter(call__links__alert__entry__bare="CALL77").exclude(sent_at=None).exists():
    time.sleep(0.1)
"""
ACCOUNT = """
from plateward.work.dispatch.models import Call, Message
calls = Call.objects.filter(links__alert__entry__bare="CALL77")
print(json.dumps([list(calls.values_list("number", flat=True)),
                  [str(one.pk) for one in Message.objects.filter(call__in=calls).exclude(sent_at=None)]]))
"""


@pytest.mark.both_databases
@pytest.mark.clause("6.e.vii/type")
def test_kill_nine_after_cad_took_a_call_sends_nothing_twice(running_hub: RunningHub, tmp_path: Path) -> None:
    files = tmp_path / "cad.crt", tmp_path / "cad.key"
    for path, pem in zip(files, running_hub.ask(CERTIFICATE), strict=True):
        path.write_text(pem)
    listed = tmp_path / "call.csv"
    listed.write_text("plate,state,reason,priority,expires\nCALL77,NM,stolen_vehicle,high,\n")
    hub, port = running_hub, int(running_hub.env["PLATEWARD_CAD_ADDRESS"].split(":")[1])
    hub.command("hotlist", "import", str(listed), "--list", "Calls")
    hub.ask(NOTHING_WAITS)
    with CadSimulator([], *files, port=port, mode=CadMode.TAKE_SILENT) as cad:
        client, roadside = hub.client(), hub.roadside()
        client.send(roadside.batch(roadside.photo("CALL77")))
        client.close()
        wait_until(lambda: bool(cad.calls.taken))
        hub.kill()
        assert hub.ask(ACCOUNT) == [[""], []]
        cad.mode = CadMode.NORMAL
        hub.ask(OVER)
        hub.start()
        [[number], [id]] = hub.ask(SENT + ACCOUNT)
        assert cad.calls.taken == [id]
        assert [call.number for call in cad.calls.calls.values()] == [number]
        assert cad.sent.count(id) >= 2
