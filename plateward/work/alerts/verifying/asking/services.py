"""The agency's message switch and FMCSA's service, as the settings name them."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from plateward.ground.links.fmcsa import Fmcsa
from plateward.ground.links.ncic.switch import Dialect, Switch
from plateward.ground.links.secure import strong_context
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.authority import trusted_pem


@lru_cache(maxsize=1)
@enforces("5.h/query", "6.i.ii/tls", "6.i.ii/devices")
def switch() -> Switch:
    """The client; TLS 1.2 or higher, and the switch must prove its identity."""
    given = settings.NCIC_AUTHORITY
    trusted = Path(given).read_text() if given else trusted_pem(settings.RING)
    dialect = Dialect(settings.NCIC_DIALECT)
    return Switch(settings.NCIC_HOST, settings.NCIC_PORT, strong_context(trusted), dialect=dialect)


@lru_cache(maxsize=1)
@enforces("5.j/query", "6.i.ii/tls", "6.i.ii/devices")
def fmcsa() -> Fmcsa | None:
    """The client, or None if the agency has no key."""
    key, given = settings.FMCSA_KEY_FILE, settings.FMCSA_AUTHORITY
    if key is None:
        return None
    tls = strong_context(file=Path(given) if given else None)
    return Fmcsa(settings.FMCSA_HOST, settings.FMCSA_PORT, key.read_text().strip(), tls)
