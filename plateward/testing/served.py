"""The outside systems of the tests, each on a real socket: simulators with a certificate of the hub's own
authority, and settings that lead to them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.test import override_settings

from plateward.core.cases.cad import client
from plateward.ground.links.dems import DemsAccount
from plateward.ground.vault.authority import Authority
from plateward.simulators.cad import CadMode, CadSimulator, SimulatedIncident
from plateward.simulators.dems import DemsMode, DemsSimulator
from plateward.simulators.fmcsa import FmcsaSimulator, SimulatedCarrier
from plateward.simulators.ncic import NcicSimulator, RecordOnFile, Truck
from plateward.simulators.tsa import TsaMode, TsaSimulator, tsa
from plateward.work.alerts.verifying.asking import services
from plateward.work.evidence.dems import service as evidence


@contextmanager
def certificate() -> Iterator[tuple[Path, Path]]:
    """The files of a server's certificate and of its key, for as long as the block runs."""
    with TemporaryDirectory() as folder:
        paths = Path(folder, "server.crt"), Path(folder, "server.key")
        for path, pem in zip(paths, Authority.create(settings.RING).issue_server(["127.0.0.1"]), strict=True):
            path.write_text(pem)
        yield paths


@contextmanager
def configured(client: Any, **changed: Any) -> Iterator[None]:
    """The cached `client` of the hub is made of these settings, for as long as the block runs."""
    client.cache_clear()
    try:
        with override_settings(**changed):
            yield
    finally:
        client.cache_clear()


@contextmanager
def switch(*on_file: RecordOnFile, trucks: Iterable[Truck] = ()) -> Iterator[NcicSimulator]:
    """The switch in the hub's settings, for as long as the block runs."""
    with (
        certificate() as files,
        NcicSimulator(on_file, *files, trucks=trucks, delay=0.0) as running,
        configured(services.switch, NCIC_PORT=running.port),
    ):
        yield running


WEBKEY = "key-of-nobody"


@contextmanager
def fmcsa(*carriers: SimulatedCarrier) -> Iterator[FmcsaSimulator]:
    """The service in the hub's settings, with its key, for as long as the block runs."""
    with certificate() as files, FmcsaSimulator(carriers, WEBKEY, *files, delay=0.0) as running:
        key, authority = (files[0].with_name(name) for name in ("key", "authority.crt"))
        key.write_text(WEBKEY)
        authority.write_text(Authority.create(settings.RING).certificate_pem)
        at = {"FMCSA_HOST": "127.0.0.1", "FMCSA_PORT": running.port}
        with configured(services.fmcsa, **at, FMCSA_AUTHORITY=str(authority), FMCSA_KEY_FILE=key):
            yield running


SECRET = "secret-of-nobody"


@contextmanager
def dems(mode: DemsMode = DemsMode.NORMAL) -> Iterator[DemsSimulator]:
    """The DEMS in the hub's settings, for as long as the block runs."""
    with certificate() as files, DemsSimulator(*files, secret=SECRET, mode=mode, delay=0.0) as running:
        authority = files[0].with_name("authority.crt")
        authority.write_text(Authority.create(settings.RING).certificate_pem)
        base = f"https://127.0.0.1:{running.port}"
        account = DemsAccount(f"{base}/api", f"{base}/oauth/token", "hub", SECRET, authority)
        with configured(evidence.client, DEMS=account):
            yield running


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


@contextmanager
def timestamping(mode: TsaMode = TsaMode.NORMAL) -> Iterator[TsaSimulator]:
    """The timestamp authority in the hub's settings, for as long as the block runs."""
    with tsa(mode) as running, override_settings(TSA_URL=running.url, TSA_AUTHORITY=running.authority):
        yield running
