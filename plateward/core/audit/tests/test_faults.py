"""Killed in mid-commit, two nodes at once, a clock set back: the log stays whole."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export import write_export
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.verify import verify_log
from plateward.ground import clock
from plateward.serve.tests.hub import database
from plateward.testing.waiting import wait_until

ADA = Actor("person", "archuleta", "Ada Archuleta")

NODE = """
import sys, threading
from plateward.core.db.setup import setup
setup(migrated=False)
from plateward.serve.hub import prepare
prepare()
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
print("ready", flush=True)
sys.stdin.readline()
guard = threading.Lock()
def work(number):
    for i in range(100_000):
        record(Actor("person", "archuleta", "Ada"), Event.IMAGE_VIEW, f"read:{sys.argv[1]}-{number}-{i}")
        with guard:
            print(f"read:{sys.argv[1]}-{number}-{i}", flush=True)
def sign():
    while True:
        size = sign_head().head.size
        with guard:
            print(f"head:{size}", flush=True)
for number in range(4):
    threading.Thread(target=work, args=[number], daemon=True).start()
threading.Thread(target=sign, daemon=True).start()
threading.Event().wait()
"""

LOOK = """
import json
from plateward.core.db.setup import setup
setup()
from plateward.core.audit.continuity import require_whole
from plateward.core.audit.heads import latest_head
from plateward.core.audit.models import AuditEntry
entries = list(AuditEntry.objects.values_list("sequence", "object"))
print(json.dumps([require_whole().size, latest_head().head.size, entries]))
"""


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/sealed", "6.b.i.9/first", "AU-5/stops")
@pytest.mark.usefixtures("django_db_setup")
def test_two_nodes_that_are_killed_while_they_append_leave_a_whole_log_with_all_that_was_answered(
    tmp_path: Path,
) -> None:
    with database() as own:
        _kill_two_nodes({**os.environ, "PLATEWARD_HOME": str(tmp_path / "home")} | own, tmp_path)


def _kill_two_nodes(environment: dict[str, str], folder: Path) -> None:
    outputs = [folder / name for name in "ab"]

    def both(words: str, times: int) -> bool:
        return all(output.read_text().count(words) >= times for output in outputs)

    with ExitStack() as killed:
        nodes = []
        for output in outputs:
            line = [sys.executable, "-c", NODE, output.name]
            with output.open("w") as file:
                node = subprocess.Popen(line, env=environment, stdin=subprocess.PIPE, stdout=file, text=True)
            killed.callback(node.communicate)
            killed.callback(node.kill)
            nodes.append(node)
            wait_until(lambda: outputs[len(nodes) - 1].read_text() == "ready\n")
        for node in nodes:
            assert node.stdin
            node.stdin.write("go\n")
            node.stdin.flush()
        wait_until(lambda: both("read:", 200) and both("head:", 1))  # in the middle of their work
    said = [line for output in outputs for line in output.read_text().split("\n")[:-1]]
    answered = {line for line in said if line.startswith("read:")}
    signed = max(int(line[5:]) for line in said if line.startswith("head:"))
    look = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True, check=True
    )
    size, newest, entries = json.loads(look.stdout)
    assert signed <= newest <= size  # no head is torn or lost
    assert [sequence for sequence, _ in entries] == list(range(size))
    recorded = [thing for _, thing in entries if thing.startswith("read:")]
    assert len(recorded) == len(set(recorded))
    assert answered <= set(recorded)
    assert {thing[5] for thing in answered} == {"a", "b"}


@pytest.mark.clause("6.b.i.9/sealed", "AU-8/clock")
def test_a_clock_that_goes_back_is_named_by_the_verifier(db: None, tmp_path: Path) -> None:
    now = clock.now()
    with clock.set_to(now):
        record(ADA, Event.IMAGE_VIEW, "read:1")
    with clock.set_to(now - timedelta(hours=2)):
        record(ADA, Event.IMAGE_VIEW, "read:2")
    late = AuditEntry.objects.latest("sequence")
    signed = write_export(ADA, tmp_path / "log.jsonl", lambda *_: None).signed
    proven = verify_log(tmp_path / "log.jsonl", signed.key)
    assert [step.sequence for step in proven.clock_back] == [late.sequence]
    assert "2:00:00 before the entries that precede it" in str(proven.clock_back[0])
