from collections.abc import Iterator

import pytest

from plateward.serve.tests.hub import RunningHub, database


@pytest.fixture(scope="package")
def running_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One hub for all tests here, with a reader enrolled; a test that stops it starts it again."""
    with database() as where:
        hub = RunningHub.made(tmp_path_factory.mktemp("served"), where)
        hub.command("manage", "migrate", "-v", "0")
        hub.enrol()
        hub.start()
        try:
            yield hub
        finally:
            hub.kill()
