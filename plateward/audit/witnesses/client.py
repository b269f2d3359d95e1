"""Asks a witness over HTTP for its cosignature (c2sp.org/tlog-witness). What it answers is not trusted, but checked."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from plateward.audit.tlog.messages import AddCheckpoint
from plateward.errors import PlatewardError
from plateward.links.secure import require_aes_of, require_strong
from plateward.policy.trace import enforces

WAIT_S = 10.0
MAX_ANSWER_BYTES = 64 * 1024
LOCAL = ("127.0.0.1", "::1", "localhost")


class WitnessAway(PlatewardError):
    """The witness gave no usable answer."""


@dataclass(frozen=True)
class WitnessAnswer:
    """The status and the body of the answer."""

    status: int
    text: str


@enforces("6.i.ii", "SC-8")
def post_checkpoint(url: str, request: AddCheckpoint, authority: Path | None) -> WitnessAnswer:
    """One request to the witness at `url`. Raises WitnessAway, and InsecureLink."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise WitnessAway(f"{url} is not an https address. Correct the witness policy.")
    tls = ssl.create_default_context(cafile=authority)
    require_strong(tls, url)
    try:
        with (
            httpx.Client(verify=tls, timeout=WAIT_S, trust_env=False, follow_redirects=False) as client,
            client.stream("POST", f"{url}/add-checkpoint", content=bytes(request)) as answer,
        ):
            if parts.scheme == "https":
                require_aes_of(answer, url)
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > MAX_ANSWER_BYTES:
                    raise WitnessAway("its answer is too long.")
            return WitnessAnswer(answer.status_code, body.decode("utf-8", "replace"))
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
        raise WitnessAway(f"it does not answer ({type(error).__name__}).") from error
