"""One agency and one Chromium for all browser tests. Every request of every window must be to the hub."""

import base64
import hashlib
import socket
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, Cookie, Page, Request

from plateward import testing
from plateward.demo.agency import CAST
from plateward.demo.browser import chromium
from plateward.demo.smoke import Job
from plateward.demo.tests.live import LiveHub, running
from plateward.demo.tests.look import look

PEOPLE = {one.username: one for one in CAST}


@pytest.fixture(scope="session")
def live_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """The demo, running."""
    testing.chromium()
    with running(tmp_path_factory.mktemp("agency")) as live:
        yield live


@pytest.fixture(scope="package")
def browser(live_hub: LiveHub) -> Iterator[Browser]:
    """Chromium, which takes the hub's certificate and no other: passkeys work only without a warning."""
    with chromium(f"--ignore-certificate-errors-spki-list={_pin(live_hub)}") as started:
        yield started


def _pin(live: LiveHub) -> str:
    """Chromium's name for the hub's key, once the agency's authority has vouched for its certificate."""
    trusted = ssl.create_default_context(cadata=live.enrolment.authority_pem)
    at = urlsplit(live.url)
    with (
        socket.create_connection((at.hostname, at.port or 443)) as plain,
        trusted.wrap_socket(plain, server_hostname=at.hostname) as secured,
    ):
        certificate = secured.getpeercert(binary_form=True)
    assert certificate
    key = x509.load_der_x509_certificate(certificate).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


@pytest.fixture
def window(browser: Browser, live_hub: LiveHub) -> Iterator[Callable[..., Job]]:
    """Opens a window of somebody new, at the hub or at `url`; each step done in it is looked at."""
    contexts: list[BrowserContext] = []
    elsewhere: list[str] = []

    def opened(url: str = live_hub.url, seen: Callable[[str, Page], None] = look) -> Job:
        def note(request: Request) -> None:
            if not request.url.startswith((url, f"blob:{url}", "data:")):
                elsewhere.append(request.url)

        job = Job(browser, url, seen)
        job.page.set_default_timeout(20_000)
        job.page.context.on("request", note)
        contexts.append(job.page.context)
        return job

    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []


@pytest.fixture(scope="package")
def _cookies() -> dict[str, list[Cookie]]:
    """Of those who have logged in: a code counts once, so each person logs in once."""
    return {}


@pytest.fixture
def signed_in(
    window: Callable[..., Job], live_hub: LiveHub, _cookies: dict[str, list[Cookie]]
) -> Callable[..., Job]:
    """Opens a window in which this member of the cast is logged in."""

    def opened(username: str, url: str = live_hub.url) -> Job:
        if username not in _cookies:
            door = window(seen=lambda *_: None)
            door.log_in(PEOPLE[username])
            _cookies[username] = door.page.context.cookies()
        job = window(url)
        job.page.context.add_cookies([{**cookie} for cookie in _cookies[username]])  # type: ignore[typeddict-item]
        return job

    return opened
