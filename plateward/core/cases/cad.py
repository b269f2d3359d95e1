"""The agency's CAD, configured in the settings; it knows the numbers of its calls and of the records system's cases."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from plateward.ground.links.cad import Cad
from plateward.ground.links.secure import strong_context
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.authority import trusted_pem


@lru_cache(maxsize=1)
@enforces("6.a.iii/known", "6.i.ii/tls", "6.i.ii/devices")
def client() -> Cad:
    """The client: TLS 1.2 or higher, CAD must prove its identity, and gets the credential from the settings. Call it
    outside any transaction, since an answer may take seconds."""
    authority = settings.CAD_AUTHORITY
    trusted = Path(authority).read_text() if authority else trusted_pem(settings.RING)
    tls = strong_context(trusted)
    if settings.CAD_CERTIFICATE:
        tls.load_cert_chain(*settings.CAD_CERTIFICATE)
    token = settings.CAD_TOKEN_FILE.read_text().strip() if settings.CAD_TOKEN_FILE else ""
    return Cad(settings.CAD_HOST, settings.CAD_PORT, tls, token=token)
