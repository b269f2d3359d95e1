import shutil
from collections.abc import Iterator

import pytest

from plateward.ground.vault.keyring import KeyRing
from plateward.serve.tests.hub import RunningHub, database
from plateward.testing.migrated import copy_to


@pytest.fixture(scope="package")
def begun_hub(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[RunningHub]:
    """A hub whose log has begun, without reads, on the tests' database. It is never started, only copied by others."""
    with database() as where:
        made = RunningHub.made(tmp_path_factory.mktemp("begun"), where)
        ring = KeyRing.first_start(made.home / "keys", made.home / "data")
        if not where:
            copy_to(made.home / "data" / "hub.db", ring.key("database"))
        made.command("fleet", "list")
        yield made


@pytest.fixture(scope="package")
def running_hub(begun_hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One hub for all tests here, with an enrolled reader; a test that stops it starts it again."""
    folder = shutil.copytree(begun_hub.folder, tmp_path_factory.mktemp("served"), dirs_exist_ok=True)
    with database(like=begun_hub.env) as where:
        hub = RunningHub.made(folder, where)
        hub.enroll()
        hub.start()
        try:
            yield hub
        finally:
            hub.kill()
