"""One of the agency's own lists, a chain of command, and a CAD that responds on a real socket."""

from collections.abc import Iterator

import pytest

from plateward.field.hotlists.requests.testing import KNOWN, Force
from plateward.simulators.cad import CadSimulator
from plateward.testing.served import cad


@pytest.fixture
def force(db: None) -> Force:
    return Force()


@pytest.fixture
def dispatch() -> Iterator[CadSimulator]:
    """A CAD that responds."""
    with cad(KNOWN) as running:
        yield running
