"""An NCIC switch on a real socket for tests."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from plateward.alerts.verifying.asking import services
from plateward.simulators.ncic import NcicSimulator, RecordOnFile, Truck
from plateward.testing.served import certificate, configured


@contextmanager
def switch(*on_file: RecordOnFile, trucks: Iterable[Truck] = ()) -> Iterator[NcicSimulator]:
    """The switch in the hub's settings, for as long as the block runs."""
    with (
        certificate() as files,
        NcicSimulator(on_file, *files, trucks=trucks, delay=0.0) as running,
        configured(services.switch, NCIC_PORT=running.port),
    ):
        yield running
