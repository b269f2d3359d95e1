"""A CAD on a real socket for tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from plateward.cases.cad import client
from plateward.simulators.cad import CadMode, CadSimulator, SimulatedIncident
from plateward.testing.served import certificate, configured


@contextmanager
def cad(*on_file: str, mode: CadMode = CadMode.NORMAL) -> Iterator[CadSimulator]:
    """The CAD in the hub's settings, for as long as the block runs; it knows these numbers."""
    incidents = [SimulatedIncident(number) for number in on_file]
    with (
        certificate() as files,
        CadSimulator(incidents, *files, mode=mode, delay=0.0) as running,
        configured(client, CAD_PORT=running.port),
    ):
        yield running
