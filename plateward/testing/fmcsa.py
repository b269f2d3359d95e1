"""FMCSA's QCMobile service on a real socket for tests, with a certificate of the hub's own authority."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.test import override_settings

from plateward.alerts.verifying.asking import services
from plateward.simulators.fmcsa import FmcsaSimulator, SimulatedCarrier
from plateward.vault.authority import Authority

WEBKEY = "key-of-nobody"


@contextmanager
def fmcsa(*carriers: SimulatedCarrier) -> Iterator[FmcsaSimulator]:
    """The service in the hub's settings, with its key, for as long as the block runs."""
    authority = Authority.create(settings.RING)
    with TemporaryDirectory() as folder:
        home = Path(folder)
        files = dict(zip(("service.crt", "service.key"), authority.issue_server(["127.0.0.1"]), strict=True))
        for name, content in (files | {"key": WEBKEY, "authority.crt": authority.certificate_pem}).items():
            (home / name).write_text(content)
        with FmcsaSimulator(
            carriers, WEBKEY, home / "service.crt", home / "service.key", delay=0.0
        ) as running:
            overrides = {
                "FMCSA_HOST": "127.0.0.1",
                "FMCSA_PORT": running.port,
                "FMCSA_AUTHORITY": str(home / "authority.crt"),
                "FMCSA_KEY_FILE": home / "key",
            }
            services.fmcsa.cache_clear()
            try:
                with override_settings(**overrides):
                    yield running
            finally:
                services.fmcsa.cache_clear()
