"""An older database restored under the same keys: no command uses it until somebody accepts what it lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from plateward.serve.tests.hub import RunningHub, database

pytestmark = [pytest.mark.clause("6.b.i.9/sealed", "AU-9/found"), pytest.mark.both_databases]
ACCEPT = ("audit", "accept-restore", "--administrator", "Gloria Gallegos", "--reason", "The disk failed")


@pytest.fixture
def restored(begun_hub: RunningHub, tmp_path: Path) -> Iterator[RunningHub]:
    """A hub whose current database is a backup from before its last signed head."""
    folder = shutil.copytree(begun_hub.folder, tmp_path / "restored", dirs_exist_ok=True)
    with database(like=begun_hub.env) as backup, database(like=begun_hub.env) as used:
        hub = RunningHub.made(folder, used)
        hub.command("fleet", "list")
        hub.command("audit", "head", str(folder / "witness.json"))
        back = RunningHub.made(folder, backup)
        if not backup:
            for file in (begun_hub.folder / "hub" / "data").glob("hub.db*"):
                shutil.copy(file, folder / "hub" / "data" / file.name)
        yield back


def test_a_restored_database_is_refused_until_accepted_and_the_verifier_keeps_showing_the_gap(
    restored: RunningHub,
) -> None:
    log = str(restored.folder / "log.jsonl")
    for command in (["serve"], ["fleet", "list"], ["audit", "export", log], ["manage", "migrate"]):
        output = restored.command(*command, fails=True).stderr
        assert "The head beside the keys" in output
        assert "plateward audit accept-restore" in output
    assert not Path(log).exists()

    assert "Accepted: entries" in restored.command(*ACCEPT).stdout
    restored.command("fleet", "list")
    restored.command("audit", "export", log)
    output = restored.command("audit", "verify", log, "--head", str(restored.folder / "witness.json")).stdout
    assert "is proven" in output
    assert "GAP: entries" in output
    assert "Gloria Gallegos" in output
    assert "There is no gap to accept" in restored.command(*ACCEPT, fails=True).stderr


def test_a_hub_that_was_killed_or_stopped_starts_again(begun_hub: RunningHub, tmp_path: Path) -> None:
    folder = shutil.copytree(begun_hub.folder, tmp_path / "killed", dirs_exist_ok=True)
    with database(like=begun_hub.env) as where:
        hub = RunningHub.made(folder, where)
        try:
            hub.start()
            hub.kill()
            hub.start()
            assert hub.stop() == 0
        finally:
            hub.kill()
        hub.command("fleet", "list")
        beside = folder / "hub" / "keys" / "audit.head"
        assert '"size"' in beside.read_text()
