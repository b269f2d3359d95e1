"""A CAD on a real socket for tests, with a certificate of the hub's own authority."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from plateward.cases.cad import client
from plateward.simulators.cad import CadMode, CadSimulator, SimulatedIncident
from plateward.vault.authority import Authority


@contextmanager
def cad(*on_file: str, mode: CadMode = CadMode.NORMAL) -> Iterator[CadSimulator]:
    """The CAD in the hub's settings, for as long as the block runs; it knows these numbers."""
    certificate, key = Authority.create(settings.RING).issue_server(["127.0.0.1"])
    before = settings.CAD_PORT
    with TemporaryDirectory() as folder:
        paths = Path(folder, "cad.crt"), Path(folder, "cad.key")
        for path, pem in zip(paths, (certificate, key), strict=True):
            path.write_text(pem)
        with CadSimulator(
            [SimulatedIncident(number) for number in on_file], *paths, mode=mode, delay=0.0
        ) as running:
            settings.CAD_PORT = running.port
            client.cache_clear()
            try:
                yield running
            finally:
                settings.CAD_PORT = before
                client.cache_clear()
