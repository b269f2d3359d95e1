"""What every client asks of a TLS context before anything leaves, and what it shows of itself."""

import re
import ssl

import httpx

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces


class InsecureLink(PlatewardError):
    """An outside system would be asked over a connection that others could read or pose on."""


class BadCredential(PlatewardError):
    """What this hub is to be known by cannot be used; the sentence never holds it."""


# RFC 6750: nothing that could end a header's line, and nothing short enough to be guessed.
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{16,4096}=*")


@enforces("6.i.ii")
def bearer(token: str, system: str) -> dict[str, str]:
    """The header that shows a token, none where there is no token. Raises `BadCredential`."""
    if token and not TOKEN.fullmatch(token):
        raise BadCredential(
            f"The token for {system} cannot be used: it is one line of 16 to 4096 letters, digits "
            f"and -._~+/, as {system} "
            "gave it. Look at its file."
        )
    return {"Authorization": f"Bearer {token}"} if token else {}


@enforces("6.i.ii", "SC-8")
def require_strong(tls: ssl.SSLContext, system: str) -> None:
    """Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for the other side's name."""
    strong = tls.minimum_version >= ssl.TLSVersion.TLSv1_2
    if not (strong and tls.verify_mode is ssl.CERT_REQUIRED and tls.check_hostname):
        raise InsecureLink(
            f"{system} is asked over TLS 1.2 or higher and must prove its name (OPR:50 6.i.ii). "
            "Use ssl.create_default_context() with the authority that signs its certificate."
        )


@enforces("SC-13")
def require_aes(suite: str, system: str) -> None:
    """Python cannot choose among the suites of TLS 1.3, so what was agreed on is looked at."""
    if "AES" not in suite:
        raise InsecureLink(
            f"{system} agreed to {suite} alone, and only AES may carry a question "
            "(CJIS SC-13). Have it offer an AES suite."
        )


@enforces("SC-13")
def require_aes_of(answer: httpx.Response, system: str) -> None:
    """The same, of the connection on which an answer comes."""
    stream = answer.extensions.get("network_stream")
    connection = stream.get_extra_info("ssl_object") if stream else None
    suite, *_ = (connection and connection.cipher()) or ("nothing",)
    require_aes(suite, system)
