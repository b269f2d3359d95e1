"""The agency's message switch, as the settings name it."""

import ssl
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from plateward.links.ncic import Switch
from plateward.policy.trace import enforces
from plateward.vault.authority import Authority


@lru_cache(maxsize=1)
@enforces("5.h", "6.i.ii")
def switch() -> Switch:
    """The client; TLS 1.2 or higher, and the switch must prove who it is."""
    given = settings.NCIC_AUTHORITY
    trusted = Path(given).read_text() if given else Authority.create(settings.RING).certificate_pem
    tls = ssl.create_default_context(cadata=trusted)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    return Switch(settings.NCIC_HOST, settings.NCIC_PORT, tls)
