from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.reader.tests.stand_ins import Agency, Hub


@pytest.fixture
def output() -> list[str]:
    """The lines that the person at the terminal saw: pass `output.append` as `say`."""
    return []


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return Agency(tmp_path)


@pytest.fixture
def hub(agency: Agency) -> Iterator[Hub]:
    """A hub where the reader is enrolled."""
    hub = Hub(agency)
    agency.enroll(hub.url)
    yield hub
    hub.stop()
