"""Asks a witness over HTTP for its cosignature (c2sp.org/tlog-witness). What it answers is not trusted, but checked."""

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from plateward.audit.tlog.messages import AddCheckpoint
from plateward.errors import PlatewardError
from plateward.links.secure import require_aes_of, require_strong
from plateward.policy.trace import enforces

WAIT_S = 10.0  # for one witness, whatever it does
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
def post_checkpoint(
    url: str, request: AddCheckpoint, authority: Path | None, within: float = WAIT_S
) -> WitnessAnswer:
    """One request to the witness at `url`, over after `within` seconds. Raises WitnessAway, and InsecureLink."""
    https = _require_address(url)
    try:
        tls = ssl.create_default_context(cafile=authority)
    except (OSError, ValueError) as error:
        raise WitnessAway(
            f"{authority} is no PEM file of certificates ({error}). Correct PLATEWARD_WITNESS_AUTHORITY."
        ) from error
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    require_strong(tls, url)
    try:
        return asyncio.run(_post(url, bytes(request), tls, within, https=https))
    except TimeoutError as error:
        raise WitnessAway("it does not answer in time.") from error
    except (httpx.HTTPError, ssl.SSLError, OSError, ValueError) as error:
        raise WitnessAway(f"it does not answer ({type(error).__name__}).") from error


def _require_address(url: str) -> bool:
    """Whether it is https. Raises WitnessAway if it is no address for a witness."""
    try:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in LOCAL
        usable = bool(httpx.URL(url).host) and (local or parts.scheme == "https")
    except (httpx.InvalidURL, ValueError):
        usable = False
    if not usable:
        raise WitnessAway(f"{url} is not an https address. Correct the witness policy.")
    return parts.scheme == "https"


async def _post(
    url: str, content: bytes, tls: ssl.SSLContext, within: float, *, https: bool
) -> WitnessAnswer:
    # httpx's own timeouts are for each read: a witness that sends a byte now and then would never be over.
    async with (
        asyncio.timeout(within),
        httpx.AsyncClient(verify=tls, timeout=WAIT_S, trust_env=False, follow_redirects=False) as client,
        client.stream("POST", f"{url}/add-checkpoint", content=content) as answer,
    ):
        if https:
            require_aes_of(answer, url)
        body = b""
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > MAX_ANSWER_BYTES:
                raise WitnessAway("its answer is too long.")
        return WitnessAnswer(answer.status_code, body.decode("utf-8", "replace"))
