"""What every client requires of a TLS context before sending anything, and the credentials that it shows."""

import re
import ssl
from pathlib import Path

import httpx

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces


class InsecureLink(PlatewardError):
    """The connection to an outside system could be read or impersonated by others."""


class BadCredential(PlatewardError):
    """This hub's own credential is unusable; the sentence never contains it."""


# RFC 6750: nothing that could end a header line, and nothing short enough to guess.
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{16,4096}=*")


@enforces("6.i.ii/devices")
def bearer(token: str, system: str) -> dict[str, str]:
    """The header with the token, or none without a token. Raises `BadCredential`."""
    if token and not TOKEN.fullmatch(token):
        raise BadCredential(
            f"The token for {system} cannot be used: it is one line of 16 to 4096 letters, digits "
            f"and -._~+/, as issued by {system}. Check its file."
        )
    return {"Authorization": f"Bearer {token}"} if token else {}


@enforces("6.i.ii/tls", "6.i.ii/devices", "SC-8/systems")
def strong_context(trusted: str | None = None, file: Path | None = None) -> ssl.SSLContext:
    """What `require_strong` demands. `trusted`: the PEM of the only authority, or the `file` that has it; None: those
    that the machine trusts. Raises OSError or ValueError for a bad one."""
    tls = ssl.create_default_context(cafile=file, cadata=trusted)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    return tls


@enforces("6.i.ii/tls", "6.i.ii/devices", "SC-8/systems")
def require_strong(tls: ssl.SSLContext, system: str) -> None:
    """Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for the other side's name."""
    strong = tls.minimum_version >= ssl.TLSVersion.TLSv1_2
    if not (strong and tls.verify_mode is ssl.CERT_REQUIRED and tls.check_hostname):
        raise InsecureLink(
            f"{system} requires TLS 1.2 or higher and a verified name (OPR:50 6.i.ii). "
            "Use ssl.create_default_context() with the authority that signs its certificate."
        )


@enforces("SC-13/suites")
def require_aes(suite: str, system: str) -> None:
    """Python cannot choose among the suites of TLS 1.3, so the negotiated suite is checked."""
    if "AES" not in suite:
        raise InsecureLink(
            f"{system} accepts only {suite}, but AES is required (CJIS SC-13). Have it offer an AES suite."
        )


@enforces("SC-13/suites")
def require_aes_of(answer: httpx.Response, system: str) -> None:
    """The same for the connection of an answer."""
    stream = answer.extensions.get("network_stream")
    connection = stream.get_extra_info("ssl_object") if stream else None
    suite, *_ = (connection and connection.cipher()) or ("nothing",)
    require_aes(suite, system)
