"""A hub to back up, for tests."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyrage import x25519

from plateward.serve.tests.conftest import begun_hub
from plateward.serve.tests.hub import RunningHub, database
from plateward.testing.waiting import WITHIN

__all__ = ["begun_hub"]
FILL = """
from plateward.testing.roadside import enroll_reader
from plateward.testing.hotlist import load_hotlist
load_hotlist("BAD123")
reader = enroll_reader()
receipt = reader.send(*(reader.photo(plate) for plate in ("BAD123", "ABC123", "XYZ789")))
assert len(receipt.accepted) == 3, receipt
from plateward.ground import clock
print(json.dumps(clock.now().date().isoformat()))
"""
DESTROY = """
from datetime import date
from plateward.field.reads import destruction
from plateward.ground import clock
day = date.fromisoformat("{day}")
destruction.switch(day, set(), at=clock.now(), why="OPR:50 6.h.ii")
destruction.shred(day)
print("1")
"""
COUNT = """
from plateward.field.reads.store import configured_store
from plateward.core.audit.models import Tree
store = configured_store()
print(json.dumps([sum(store.totals(day)[0] for day in store.days()), Tree.objects.get().size]))
"""
WHO = ("--administrator", "Gloria Gallegos", "--reason", "The disk failed")

# Kills the command that follows where it would give a file or an object this name.
KILLED = """
import os, signal, sys
name, sys.argv = sys.argv[1], ["plateward", *sys.argv[2:]]
def killed_at(real):
    def wrapper(source, target, *rest, **more):
        if name in str(target):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(source, target, *rest, **more)
    return wrapper
os.replace, os.link = killed_at(os.replace), killed_at(os.link)
import obstore
obstore.put = killed_at(obstore.put)
from plateward.cli import main
main()
"""


@dataclass
class Drill:
    """A hub with three reads of today, one of them a hit; folders for its backups, and who can open them."""

    hub: RunningHub
    folder: Path
    day: str
    bucket: str = ""  # in place of the folder `target`

    def __post_init__(self) -> None:
        self.recipients = {}
        for name in ("keys", "other"):
            made = x25519.Identity.generate()
            (self.folder / f"{name}.key").write_text(f"# {name}\n{made}\n")
            (self.folder / f"{name}.key").chmod(0o600)
            self.recipients[name] = str(made.to_public())

    @property
    def target(self) -> Path:
        return self.folder / "target"

    @property
    def keys(self) -> Path:
        return self.folder / "keys-target"

    def back_up(self, *more: str, **options: bool) -> dict[str, object]:
        done = self.hub.command("backup", *self.line(), *more, "--json", **options)
        result: dict[str, object] = (
            json.loads(done.stdout) if not options.get("fails") else {"error": done.stderr}
        )
        return result

    def line(self) -> list[str]:
        return [
            self.bucket or str(self.target),
            "--keys",
            str(self.keys),
            "--recipient",
            self.recipients["keys"],
        ]

    def opened_by(self, *names: str) -> list[str]:
        return [part for name in names for part in ("--identity", str(self.folder / f"{name}.key"))]

    def source(self) -> list[str]:
        return [self.bucket or str(self.target), "--keys", str(self.keys), *self.opened_by("keys")]


@pytest.fixture
def drill(begun_hub: RunningHub, tmp_path: Path) -> Iterator[Drill]:
    folder = shutil.copytree(begun_hub.folder, tmp_path / "used", dirs_exist_ok=True)
    with database(like=begun_hub.env) as where:
        hub = RunningHub.made(folder, where)
        day = hub.ask(FILL)
        yield Drill(hub, tmp_path, day)


def restored(drill: Drill, *more: str, name: str = "new", fails: bool = False) -> tuple[RunningHub, str]:
    """A hub in an empty home, restored; on PostgreSQL with the same database, which nobody else uses then."""
    hub = drill.hub.but(PLATEWARD_HOME=str(drill.folder / name / "hub"))
    done = hub.command(
        "restore", *(more if "--keys" in more else [*drill.source(), *more]), *WHO, fails=fails
    )
    return hub, done.stdout + done.stderr


def killed_at(name: str, *line: str, env: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, name, *line], check=False, env=env, timeout=WITHIN)
    assert done.returncode == -signal.SIGKILL
