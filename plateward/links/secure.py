"""What every client asks of a TLS context before anything leaves."""

import ssl

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces


class InsecureLink(PlatewardError):
    """An outside system would be asked over a connection that others could read or pose on."""


@enforces("6.i.ii", "SC-8")
def require_strong(tls: ssl.SSLContext, what: str) -> None:
    """Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for the other side's name."""
    strong = tls.minimum_version >= ssl.TLSVersion.TLSv1_2
    if not (strong and tls.verify_mode is ssl.CERT_REQUIRED and tls.check_hostname):
        raise InsecureLink(
            f"{what} is asked over TLS 1.2 or higher and must prove its name (OPR:50 6.i.ii). "
            "Use ssl.create_default_context() with the authority that signs its certificate."
        )


@enforces("SC-13")
def require_aes(suite: str, what: str) -> None:
    """Python cannot choose among the suites of TLS 1.3, so what was agreed on is looked at."""
    if "AES" not in suite:
        raise InsecureLink(
            f"{what} agreed to {suite} alone, and only AES may carry a question "
            "(CJIS SC-13). Have it offer an AES suite."
        )
