"""What every command of the hub says when its database and the files beside it are not one hub's."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from plateward.serve.tests.hub import RunningHub, database

pytestmark = [pytest.mark.clause("6.b.i.9/sealed", "AU-9/found", "6.j.i/proven"), pytest.mark.both_databases]


@pytest.fixture
def hub(begun_hub: RunningHub, tmp_path: Path, django_db_setup: None) -> Iterator[RunningHub]:
    """A hub whose log has begun."""
    shutil.copytree(begun_hub.folder, tmp_path, dirs_exist_ok=True)
    with database(like=begun_hub.env) as where:
        yield RunningHub.made(tmp_path, where)


def data(hub: RunningHub) -> Path:
    return hub.folder / "hub" / "data"


def deleted(hub: RunningHub) -> None:
    """Remove the file, or everything the server has of it."""
    if url := hub.env.get("PLATEWARD_DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("DROP SCHEMA public CASCADE")
            server.execute("CREATE SCHEMA public")
    for file in data(hub).glob("hub.db*"):
        file.unlink()


def emptied(hub: RunningHub) -> None:
    """Remove the marker too: what a used hub has beside its database is enough."""
    deleted(hub)
    (data(hub) / "database.marker").unlink()
    (data(hub) / "images").mkdir(mode=0o700)
    (data(hub) / "images" / "2026-07-25").touch()
    if "PLATEWARD_DATABASE_URL" not in hub.env:
        (data(hub) / "hub.db").touch()


@pytest.mark.parametrize("lose", [deleted, emptied])
def test_no_command_begins_a_new_log_in_place_of_a_lost_one(
    hub: RunningHub, lose: Callable[[RunningHub], None]
) -> None:
    lose(hub)
    before = {file.name: file.stat().st_size for file in data(hub).iterdir()}
    for command in (["serve"], ["manage", "migrate"], ["fleet", "list"]):
        message = hub.command(*command, fails=True).stderr
        assert f"is missing or empty, though {data(hub)} was in use" in message
        assert "restore the database from its backup" in message
    assert {file.name: file.stat().st_size for file in data(hub).iterdir()} == before


def test_a_first_start_that_was_cut_off_is_no_loss(hub: RunningHub) -> None:
    deleted(hub)
    (data(hub) / "database.marker").unlink()  # it is written last
    hub.command("manage", "migrate", "-v", "0")
    hub.command("fleet", "list")


def test_a_second_folder_makes_no_second_keys_for_the_same_days(hub: RunningHub) -> None:
    hub.command("fleet", "list")  # the marker names the log's first entry from now on
    (data(hub) / "database.marker").unlink()
    for marker in (None, b"0" * 64):  # a new folder; one of another hub
        if marker:
            (data(hub) / "database.marker").write_bytes(marker)
        for command in (["serve"], ["manage", "migrate"], ["fleet", "list"]):
            message = hub.command(*command, fails=True).stderr
            assert f"belongs to another data folder than {data(hub)}" in message
            assert "Several nodes share one folder" in message
