"""A chain of command that searches, and a CAD that responds on a real socket."""

from collections.abc import Iterator

import pytest

from plateward.simulators.cad import CadSimulator, SimulatedIncident
from plateward.testing.served import cad
from plateward.work.searches.testing import (
    BARE_CASE,
    CASE,
    CLOSED_CASE,
    FOREIGN_CASE,
    OTHER_CASE,
    Searchers,
)


@pytest.fixture
def searchers(db: None) -> Searchers:
    return Searchers()


@pytest.fixture
def dispatch() -> Iterator[CadSimulator]:
    """A CAD with two open cases of unit 12, a closed one, one of unit 14, and one that names no unit."""
    with cad() as running:
        for incident in (
            SimulatedIncident(CASE, units=("Unit 12",)),
            SimulatedIncident(OTHER_CASE, units=("UNIT-12", "Unit 14")),
            SimulatedIncident(CLOSED_CASE, status="Closed", units=("Unit 12",)),
            SimulatedIncident(FOREIGN_CASE, units=("Unit 14",)),
            SimulatedIncident(BARE_CASE),
        ):
            running.incidents[incident.number] = incident
        yield running
