"""FMCSA's QCMobile service on a real socket for tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from plateward.alerts.verifying.asking import services
from plateward.simulators.fmcsa import FmcsaSimulator, SimulatedCarrier
from plateward.testing.served import certificate, configured
from plateward.vault.authority import Authority

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
