"""An upgrade of a real hub: a later version, with migrations that this one does not have, and back."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plateward.serve.backup.tests.drill import COUNT, DESTROY, FILL
from plateward.serve.tests.conftest import begun_hub
from plateward.serve.tests.hub import RunningHub, database
from plateward.serve.upgrade.keeping import is_begun
from plateward.testing.waiting import WITHIN

__all__ = ["begun_hub"]
on_postgresql = "PLATEWARD_DATABASE_URL" in os.environ
embedded = pytest.mark.skipif(on_postgresql, reason="its own backup undoes PostgreSQL's")
# Every Python process with this file on its path is of the later version. It may be killed where it gives a file the
# name in KILLED_AT, and before its last migration.
LATER = """
import os, signal
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
import plateward.version

def killed_at(real):
    def wrapper(source, target, **more):
        if os.environ.get("KILLED_AT", "nothing") in str(target):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(source, target, **more)
    return wrapper
os.replace = killed_at(os.replace)

def stop(apps, schema):
    if "KILLED_MIGRATING" in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)

def later(real):
    def wrapper(self):
        real(self)
        if os.environ.get("VERSION") != "later":
            return
        last = max(name for app, name in self.disk_migrations if app == "pages")
        steps = [migrations.RunSQL("CREATE TABLE later (id integer)")], [migrations.RunPython(stop)]
        for number, operations in enumerate(steps):
            name = f"999{number}_later"
            made = type("Migration", (migrations.Migration,), {
                "dependencies": [("pages", last)], "operations": operations
            })
            self.disk_migrations["pages", name] = made(name, "pages")
            last = name
    return wrapper
MigrationLoader.load_disk = later(MigrationLoader.load_disk)
if os.environ.get("VERSION") == "later":
    plateward.version.described = lambda: "9.9.0 (commit later)"
"""
AUTHORITY = """
from django.conf import settings
from plateward.ground.vault.authority import Authority
Authority.create(settings.RING)
"""
WHO = ("--administrator", "Gloria Gallegos", "--reason", "Searches fail")


@dataclass
class Site:
    """A hub with three reads of today, and the same hub by its later version."""

    hub: RunningHub
    later: RunningHub
    day: str

    @property
    def place(self) -> Path:
        return self.hub.home / "data" / "upgrade"

    def run(self, *line: str, by: RunningHub | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        """`plateward …` by the later version, unless another is named."""
        return self.python("-m", "plateward", *line, by=by, **env)

    def python(
        self, *line: str, by: RunningHub | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *line],
            env=(by or self.later).env | env,
            check=False,
            capture_output=True,
            text=True,
            timeout=WITHIN,
        )

    def ran(self, *line: str, by: RunningHub | None = None) -> str:
        done = self.run(*line, by=by)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def do(self, script: str) -> None:
        """By the later version."""
        begin = "import json\nfrom plateward.core.db.setup import setup\nsetup()\n"
        done = self.python("-c", f"{begin}{script}")
        assert done.returncode == 0, done.stderr

    def status(self) -> dict[str, object]:
        told: dict[str, object] = json.loads(self.ran("upgrade", "status", "--json"))
        return told


@pytest.fixture
def site(begun_hub: RunningHub, tmp_path: Path) -> Iterator[Site]:
    folder = shutil.copytree(begun_hub.folder, tmp_path / "used", dirs_exist_ok=True)
    path = tmp_path / "later"
    path.mkdir()
    (path / "sitecustomize.py").write_text(LATER)
    with database(like=begun_hub.env) as where:
        hub = RunningHub.made(folder, where).but(
            PYTHONPATH=os.pathsep.join([str(path), *filter(None, [os.environ.get("PYTHONPATH")])])
        )
        later = hub.but(VERSION="later")
        try:
            yield Site(hub, later, hub.ask(f"{AUTHORITY}{FILL}"))
        finally:
            for each in (hub, later):
                if each.process:
                    each.kill()


@embedded
@pytest.mark.clause("6.b.i.9/sealed", "6.h.ii/restored", "AU-9/found", "MP-6/erased")
def test_an_upgrade_is_undone_and_neither_the_log_nor_what_was_destroyed_is_rewritten(site: Site) -> None:
    site.hub.start()
    assert site.hub.stop() == 0
    assert not (site.place / "hub.db").exists()

    site.later.start()
    assert site.place.stat().st_mode & 0o777 == 0o700
    copy = (site.place / "hub.db").read_bytes()
    assert b"SQLite format" not in copy[:16]
    refused = site.run("upgrade", "undo", *WHO)
    assert "Stop it first" in refused.stderr
    assert site.later.stop() == 0
    assert "AMBER: Upgrade. The upgrade of" in site.later.log, "the start says what is not green"
    site.do(DESTROY.format(day=site.day))
    upgrade = site.status()["upgrade"]
    assert isinstance(upgrade, dict)
    assert upgrade["after"] == "9.9.0 (commit later)"
    assert "commit" in upgrade["before"] != upgrade["after"]

    for line in (["serve"], ["fleet", "list"]):
        assert "from a later version of Plateward" in site.run(*line, by=site.hub).stderr
    undone = json.loads(site.ran("upgrade", "undo", *WHO, "--json"))
    assert undone["entries_since"] > 2
    assert site.status()["undone"] is True
    assert "undone already" in site.run("upgrade", "undo", *WHO).stderr

    site.hub.start()
    assert site.hub.stop() == 0
    assert site.hub.ask(COUNT)[0] == 0, "what was destroyed since the upgrade stays destroyed"
    assert not list((site.hub.home / "data" / "images").glob("*.seg"))
    log = str(site.hub.folder / "log.jsonl")
    site.ran("audit", "export", log, by=site.hub)
    verified = site.ran("audit", "verify", log, by=site.hub)
    assert "is proven" in verified
    assert f"GAP: entries {upgrade['entries']}" in verified.replace(",", "")
    assert "Gloria Gallegos" in verified
    assert "9.9.0 (commit later), was undone: Searches fail" in Path(log).read_text()

    site.ran("upgrade", "confirm", by=site.hub)
    assert [file.name for file in site.place.iterdir()] == ["version"]
    assert "No upgrade waits" in site.run("upgrade", "confirm", by=site.hub).stderr


@embedded
@pytest.mark.clause("6.b.i.9/entries", "MP-6/erased")
def test_a_confirmed_upgrade_is_there_for_good(site: Site) -> None:
    site.ran("manage", "migrate", "-v", "0")
    light = {part["part"]: part for part in json.loads(site.run("doctor", "--json").stdout)["parts"]}[
        "upgrade"
    ]
    assert light["light"] == "amber"
    assert "waits for its confirmation" in light["what"]
    site.ran("upgrade", "confirm")
    assert not list(site.place.iterdir())
    assert "there is none to undo" in site.run("upgrade", "undo", *WHO).stderr
    assert site.status()["upgrade"] is None


@embedded
@pytest.mark.clause("6.b.i.9/sealed", "6.j.i/proven")
def test_killed_while_it_copies_migrates_or_is_undone_it_goes_on_from_the_same_copy(site: Site) -> None:
    for name in ("upgrade/hub.db", "upgrade.json"):
        assert site.run("manage", "migrate", KILLED_AT=name).returncode == -signal.SIGKILL
        assert site.hub.ask(COUNT)[0] == 3, "the version before still opens it"
    assert site.run("manage", "migrate", KILLED_MIGRATING="1").returncode == -signal.SIGKILL
    copy = (site.place / "hub.db").read_bytes()
    assert not list(site.place.glob(".hub.db.*"))
    assert "from a later version" in site.run("fleet", "list", by=site.hub).stderr
    assert site.run("manage", "migrate", KILLED_MIGRATING="1").returncode == -signal.SIGKILL
    assert (site.place / "hub.db").read_bytes() == copy

    for name in ("undone.json", "data/hub.db"):
        assert site.run("upgrade", "undo", *WHO, KILLED_AT=name).returncode == -signal.SIGKILL
        assert site.status()["undone"] is False
    assert site.place.joinpath("undone.db").samefile(site.hub.home / "data" / "hub.db")
    assert "entries of the audit log" not in site.ran("upgrade", "undo", *WHO)
    assert site.hub.ask(COUNT)[0] == 3


@embedded
def test_an_undoing_that_was_killed_can_be_left(site: Site) -> None:
    site.ran("manage", "migrate", "-v", "0")
    assert site.run("upgrade", "undo", *WHO, KILLED_AT="data/hub.db").returncode == -signal.SIGKILL
    site.do("from plateward.serve.hub import prepare\nprepare()")
    assert not (site.place / "undone.json").exists(), "what nobody undid is accepted for nobody"
    site.ran("upgrade", "confirm")
    site.do(f"{COUNT}\nassert store.totals(store.days()[0])[0] == 3")  # not erased by its other name


@embedded
@pytest.mark.clause("6.j.i/proven")
def test_a_copy_that_was_altered_does_not_come_back(site: Site) -> None:
    site.ran("manage", "migrate", "-v", "0")
    copy = site.place / "hub.db"
    content = bytearray(copy.read_bytes())
    content[5000] ^= 1
    copy.write_bytes(content)
    assert "was altered or cut: 1 of its pages" in site.run("upgrade", "undo", *WHO).stderr
    site.ran("fleet", "list")


@embedded
@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")
@pytest.mark.parametrize("free", ["less than is asked for", "gone in the middle"])
def test_without_room_for_the_copy_nothing_is_migrated(site: Site, free: str) -> None:
    data = site.hub.home / "data"
    size = (data / "hub.db").stat().st_size
    place = data if free == "less than is asked for" else site.place
    kept = shutil.copytree(data, site.hub.folder / "kept")
    place.mkdir(mode=0o700, exist_ok=True)
    room = (size * 5 // 2 if place == data else size // 2) // 1024
    mount = ["mount", "-t", "tmpfs", "-o", f"size={room}k,mode=700", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        if place == data:
            shutil.copytree(kept, data, dirs_exist_ok=True)
        message = site.run("manage", "migrate").stderr
        assert message.startswith("plateward: The database cannot be copied to")
        assert "does not begin" in message
        assert site.hub.ask(COUNT)[0] == 3
        assert not list(site.place.glob("*.db"))
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize(
    ("left", "begun"),
    [(["a", "b"], False), (["b"], True), (["b", "c"], True), (["c"], False), ([], False)],
    ids=["none applied", "one", "one, by a later version", "all, and another upgrade", "all"],
)
def test_a_copy_is_of_before_while_its_upgrade_is_not_done(left: list[str], begun: bool) -> None:
    assert is_begun(["a", "b"], left) is begun


@pytest.mark.both_databases
@pytest.mark.skipif(not on_postgresql, reason="the hub's own copy undoes an embedded database's")
@pytest.mark.clause("6.b.i.9/sealed", "6.h.ii/restored", "AU-9/found")
def test_on_postgresql_the_older_version_goes_on_with_the_sites_backup(site: Site) -> None:
    site.hub.start()
    assert site.hub.stop() == 0
    with database(like=site.hub.env) as backup:
        site.later.start()
        assert site.later.stop() == 0
        assert (site.status()["by_site"], site.status()["undone"]) == (True, False)
        assert "its own backup undoes" in site.run("upgrade", "undo", *WHO).stderr
        assert "from a later version of Plateward" in site.run("serve", by=site.hub).stderr

        restored = site.hub.but(**backup)
        assert "plateward audit accept-restore" in site.run("serve", by=restored).stderr
        site.ran("audit", "accept-restore", *WHO, by=restored)
        restored.start()
        assert restored.stop() == 0
        log = str(site.hub.folder / "log.jsonl")
        site.ran("audit", "export", log, by=restored)
        verified = site.ran("audit", "verify", log, by=restored)
        assert "is proven" in verified
        assert "GAP: entries" in verified
        site.ran("upgrade", "confirm", by=restored)
        assert "No upgrade waits" in site.run("upgrade", "status", by=restored).stdout
