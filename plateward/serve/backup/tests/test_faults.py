"""Backups and restores that are killed, that have no room, or that come after the keys changed."""

import json
import os
import shutil
import subprocess
import time

import pytest

from plateward.ground.vault.witnessed import place_beside
from plateward.serve.backup.tests.drill import (
    COUNT,
    DESTROY,
    WHO,
    Drill,
    begun_hub,
    drill,
    killed_at,
    restored,
)
from plateward.serve.tests.hub import RunningHub

__all__ = ["begun_hub", "drill"]


def test_a_backup_that_was_killed_goes_on_and_leaves_no_second_key_archive(drill: Drill) -> None:
    for name in ("/objects/", ".backup", "keys.age"):
        killed_at(name, "backup", *drill.line(), env=drill.hub.env)
    assert list(drill.keys.glob(".keys.age.*")), "what was killed left a draft, with the keys of then"
    assert drill.back_up()["backup"] == 1
    assert [path.name for path in drill.keys.iterdir()] == ["keys.age"]
    assert not list(drill.target.glob("objects/*/.*"))
    hub, _ = restored(drill)
    assert hub.ask(COUNT)[0] == 3


def test_a_restore_that_was_killed_goes_on(drill: Drill) -> None:
    drill.back_up()
    hub = drill.hub.but(PLATEWARD_HOME=str(drill.folder / "new" / "hub"))
    for name in (".seg", ".key", "ring.json"):
        killed_at(name, "restore", *drill.source(), *WHO, env=hub.env)
        assert "key ring is not in" in hub.command("fleet", "list", fails=True).stderr
    assert "Restored: backup 1" in restored(drill)[1]
    assert hub.ask(COUNT)[0] == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_target_is_said_and_the_backup_goes_on_once_there_is_room(drill: Drill) -> None:
    drill.target.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k,mode=700", "tmpfs", str(drill.target)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        assert "No space left on device" in str(drill.back_up(fails=True)["error"])
        assert not drill.keys.joinpath("keys.age").exists()
        subprocess.run(["mount", "-o", "remount,size=64m", str(drill.target)], check=True)
        assert drill.back_up()["backup"] == 1
    finally:
        subprocess.run(["umount", str(drill.target)], check=True)


@pytest.mark.clause("6.h.ii/restored", "MP-6/erased")
def test_the_witness_alone_keeps_what_was_destroyed_after_the_last_backup(drill: Drill) -> None:
    witness = drill.folder / "witness"
    drill.hub = drill.hub.but(PLATEWARD_WITNESS_FILE=str(witness))
    drill.back_up()
    drill.hub.ask(DESTROY.format(day=drill.day))
    hub, _ = restored(drill)
    assert hub.ask(COUNT)[0] == 0
    assert not list((hub.home / "data" / "images").glob("*.seg"))
    drill.back_up()
    place_beside(witness).unlink()
    assert "Bring the witness's files back" in restored(drill, name="without", fails=True)[1]


@pytest.mark.clause("SC-28/backup", "6.b.i.9/sealed", "AU-9/found")
def test_keys_that_were_rotated_between_two_backups_open_both_and_each_log_key_proves_the_log(
    drill: Drill,
) -> None:
    log = drill.folder / "log.jsonl"

    def log_key(hub: RunningHub) -> str:
        return str(json.loads(hub.command("audit", "export", str(log), "--json").stdout)["key"])

    first = str(drill.back_up()["made"])[:19]
    time.sleep(1)  # a person names a second
    keys = [log_key(drill.hub)]
    for what in ("days", "sessions"):
        drill.hub.command("keys", "rotate", what)
    for _ in range(2):
        drill.hub.command("keys", "rotate", "log")
        drill.hub.command("keys", "retire", "log")
        keys.append(log_key(drill.hub))
    drill.back_up()
    shutil.rmtree(drill.hub.home)
    for name, at in {"past": ["--at", first], "now": []}.items():
        hub, said = restored(drill, *at, "--check", "--json", name=name)
        assert json.loads(said)["checked"]["images"] == 6
        assert log_key(hub) == keys[-1]
        for key in keys:
            hub.command("audit", "verify", str(log), "--key", key)
