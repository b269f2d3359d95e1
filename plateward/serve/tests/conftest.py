import shutil
from collections.abc import Iterator

import pytest

from plateward.serve.tests.hub import RunningHub, database


@pytest.fixture(scope="package")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub whose log has begun, without reads, on the tests' database. It is never started, only copied by others: a
    new database takes seconds."""
    with database() as where:
        made = RunningHub.made(tmp_path_factory.mktemp("begun"), where)
        made.command("manage", "migrate", "-v", "0")
        made.command("fleet", "list")
        yield made


@pytest.fixture(scope="package")
def running_hub(begun: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One hub for all tests here, with an enrolled reader; a test that stops it starts it again."""
    folder = shutil.copytree(begun.folder, tmp_path_factory.mktemp("served"), dirs_exist_ok=True)
    with database(like=begun.env) as where:
        hub = RunningHub.made(folder, where)
        hub.enroll()
        hub.start()
        try:
            yield hub
        finally:
            hub.kill()
