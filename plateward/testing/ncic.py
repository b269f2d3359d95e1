"""An NCIC switch on a real socket for tests, with a certificate of the hub's own authority."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from plateward.alerts.verifying.asking import services
from plateward.simulators.ncic import NcicSimulator, RecordOnFile, Truck
from plateward.vault.authority import Authority


@contextmanager
def switch(*on_file: RecordOnFile, trucks: Iterable[Truck] = ()) -> Iterator[NcicSimulator]:
    """The switch in the hub's settings, for as long as the block runs."""
    certificate, key = Authority.create(settings.RING).issue_server(["127.0.0.1"])
    before = settings.NCIC_PORT
    with TemporaryDirectory() as folder:
        paths = Path(folder, "switch.crt"), Path(folder, "switch.key")
        for path, pem in zip(paths, (certificate, key), strict=True):
            path.write_text(pem)
        with NcicSimulator(on_file, *paths, trucks=trucks, delay=0.0) as running:
            settings.NCIC_PORT = running.port
            services.switch.cache_clear()
            try:
                yield running
            finally:
                settings.NCIC_PORT = before
                services.switch.cache_clear()
