"""A hub's backup, by its commands: made, tested, restored; and all that is refused."""

import json
import os
import shutil
import time

import pytest

from plateward.serve.backup.tests.drill import COUNT, DESTROY, WHO, Drill, begun_hub, drill, restored
from plateward.serve.tests.hub import database

__all__ = ["begun_hub", "drill"]
pytestmark = [pytest.mark.both_databases]


@pytest.mark.clause(
    "SC-28/backup", "6.h.ii/restored", "6.j.i/proven", "MP-6/erased", "MP-6/recorded", "6.i.i/aes"
)
def test_a_backup_is_tested_and_restored_and_what_was_destroyed_since_stays_so(drill: Drill) -> None:
    first = drill.back_up()
    again = drill.back_up()
    assert again["backup"] == 2
    its_own = (drill.hub.home / "data" / "hub.db").stat().st_size if first["database"] == "SQLCipher" else 0
    assert int(str(again["copied"])) <= its_own, "what did not change is not copied again"
    for folder in (drill.target, drill.keys):
        for path in folder.rglob("*"):
            assert path.is_dir() or b"BAD123" not in path.read_bytes()
    status = json.loads((drill.hub.home / "backup.json").read_text())
    assert status["target"] == str(drill.target)
    assert status["last_backup"]
    with database(like=drill.hub.env) as copy:
        aside = ["--database", copy["PLATEWARD_DATABASE_URL"]] if copy else []
        told = drill.hub.command("backup", "verify", *drill.source(), *aside, "--json")
    checked = json.loads(told.stdout)["checked"]
    assert (checked["reads"], checked["images"], checked["packages"]) == (3, 6, 1)
    assert json.loads((drill.hub.home / "backup.json").read_text())["last_verified_restore"]
    if url := drill.hub.env.get("PLATEWARD_DATABASE_URL"):
        for spelling in (url, f"{url}?application_name=test", url.replace("127.0.0.1", "localhost")):
            line = ("backup", "verify", *drill.source(), "--database", spelling)
            assert "is the hub's own database" in drill.hub.command(*line, fails=True).stderr
    else:
        hub, said = restored(drill)
        assert "Restored: backup 2" in said
        assert hub.ask(COUNT)[0] == 3
        hub.command("audit", "export", str(drill.folder / "log.jsonl"))
        assert "is proven" in hub.command("audit", "verify", str(drill.folder / "log.jsonl")).stdout

    made = str(drill.back_up()["made"])[:19]
    time.sleep(1)  # a person names a second
    drill.hub.ask(DESTROY.format(day=drill.day))
    drill.back_up()
    assert not list((drill.hub.home / "data/images").iterdir())
    hub, said = restored(drill, "--at", made, name="past")
    assert "Restored: backup 3" in said
    if "PLATEWARD_DATABASE_URL" not in drill.hub.env:
        assert "Accepted: entries" in said, "what came after that backup is lost, and the log says so"
    assert hub.ask(COUNT)[0] == 0
    assert not list((hub.home / "data" / "days").glob("*.key"))
    images = hub.home / "data" / "images"
    assert not images.exists() or not list(images.glob("*.seg")), "not even the sealed images came back"


@pytest.mark.clause("SC-28/backup", "6.h.ii/restored")
def test_what_does_not_belong_together_is_refused(drill: Drill) -> None:
    drill.back_up()
    old_keys = shutil.copytree(drill.keys, drill.folder / "old-keys")
    drill.hub.ask(DESTROY.format(day=drill.day))
    drill.back_up()

    def refused(*more: str, name: str = "empty") -> str:
        said = restored(drill, *more, name=name, fails=True)[1]
        assert not (drill.folder / name / "hub" / "keys" / "ring.json").exists()
        return said

    data, keys = str(drill.target), str(drill.keys)
    assert "could bring back what was destroyed" in refused(
        data, "--keys", str(old_keys), *drill.opened_by("keys")
    )
    assert "none of the identities" in refused(data, "--keys", keys, *drill.opened_by("other"))
    assert "first backup there is of" in refused("--at", "2020-01-01T00:00:00")
    assert "not an identity file" in refused(
        data, "--keys", keys, "--identity", str(drill.folder / "used/hub/backup.json")
    )
    used = drill.hub.command("restore", *drill.source(), *WHO, fails=True).stderr
    assert "is not empty" in used
    link = drill.folder / "link"
    link.symlink_to(drill.folder / "elsewhere")
    assert (
        "symbolic link"
        in drill.hub.but(PLATEWARD_HOME=str(link))
        .command("restore", *drill.source(), *WHO, fails=True)
        .stderr
    )

    for place in (drill.hub.home, drill.hub.home / "data" / "x", drill.hub.home.parent):
        line = ["backup", str(place), "--keys", keys, "--recipient", drill.recipients["keys"]]
        said = drill.hub.command(*line, fails=True).stderr
        assert "a backup must outlive it" in said
    line = ["backup", data, "--keys", data, "--recipient", drill.recipients["keys"]]
    said = drill.hub.command(*line, fails=True).stderr
    assert "apart from the data" in said
    line = ["backup", data, "--keys", keys, "--recipient", "age1nobody"]
    assert "public key of age" in drill.hub.command(*line, fails=True).stderr


@pytest.mark.clause("6.j.i/proven")
def test_a_damaged_file_is_named_and_a_restore_goes_on_once_it_is_back(drill: Drill) -> None:
    drill.back_up()
    objects = sorted(path for path in (drill.target / "objects").rglob("*") if path.is_file())
    sound = {path: path.read_bytes() for path in objects}
    for path in objects:
        path.write_bytes(bytes([sound[path][0] ^ 1]) + sound[path][1:])
    hub, said = restored(drill, fails=True)
    assert any(str(path) in said for path in objects)
    assert "damaged or was altered" in said
    assert "key ring is not in" in hub.command("fleet", "list", fails=True).stderr, (
        "half of a hub opens nothing"
    )
    for path, content in sound.items():
        path.write_bytes(content)
    assert "Restored: backup 1" in restored(drill)[1]
    assert hub.ask(COUNT)[0] == 3
    assert not (hub.home / "data" / "restore.unfinished").exists()
    assert os.stat(hub.home / "keys" / "ring.json").st_mode & 0o777 == 0o600
