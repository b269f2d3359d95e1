"""A listener's door: TLS ends here, and the connection goes on to granian on this machine.

Granian's TLS chooses its own ciphers, does not report client certificates, reads its files once, and waits for ever for
a stalled client (docs/decisions/0060). The door runs in granian's own worker, so that it can identify the peer of each
connection.
"""

import asyncio
import logging
import resource
import socket
import ssl
from pathlib import Path

import msgspec

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.certificate import trust_version
from plateward.serve.agency_certificate import require_usable
from plateward.serve.passage import INNER, Passage, common_name

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 1_000  # connections: granian takes 1,024
MAX_PER_CERTIFICATE = 8  # a reader uses one
SILENT_S = 120.0  # without a byte either way; a live stream pings every five seconds
CHECK_EVERY_S = 5.0
OLDEST_TLS = ssl.TLSVersion.TLSv1_2


class WeakCipher(PlatewardError):
    """TLS on this machine would accept a cipher other than AES."""


@enforces("SC-13/suites")
def require_aes(context: ssl.SSLContext) -> None:
    """Raises `WeakCipher` for a context that would accept a suite with another cipher."""
    weak = [suite["name"] for suite in context.get_ciphers() if "AES" not in suite["name"]]
    if weak:
        raise WeakCipher(
            f"TLS on this machine allows {', '.join(weak)}, but only AES is allowed (CJIS SC-13). Start the hub "
            "with `plateward serve`, using a Python built with OpenSSL."
        )


class Doorway(msgspec.Struct, frozen=True):
    """A door's address as others reach it, granian's port behind it, and its files. `authority` signs the certificates
    that clients must show; empty means that clients need none. `names`: what a certificate that the agency gave must be
    for. `limited`: how many connections there are, and how long they are silent; a proxy bounds its own."""

    host: str
    port: int
    inner: int
    certificate: str
    key: str
    authority: str = ""
    names: tuple[str, ...] = ()
    limited: bool = True

    @enforces("6.i.ii/tls", "SC-8/people", "SC-8/systems", "SC-13/suites")
    def tls(self) -> ssl.SSLContext:
        """TLS 1.2 or later, AES only. `openssl.cnf` sets the suites of 1.3, since Python cannot; the hub passes it to
        its listeners. Raises `WeakCipher` if that had no effect, and `UnusableCertificate`."""
        if self.names:
            require_usable(Path(self.certificate), Path(self.key), self.names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = OLDEST_TLS
        context.set_ciphers("ECDHE+AESGCM")
        require_aes(context)
        context.load_cert_chain(self.certificate, self.key)
        if self.authority:
            context.load_verify_locations(self.authority)
            context.verify_mode = ssl.CERT_REQUIRED
        # A browser sends many requests at once, and keeps a stream for each tab; a reader sends one at a time.
        context.set_alpn_protocols(["http/1.1"] if self.authority else ["h2", "http/1.1"])
        return context


class Peer(msgspec.Struct, frozen=True):
    """The other side of a connection: its address, the name in its certificate, and that of its issuer."""

    address: tuple[str, int]
    certificate: str
    authority: str


class Door:
    """Opened within the event loop of granian's worker."""

    def __init__(self, way: Doorway) -> None:
        self.way = way
        self.context = way.tls()
        self.passages: dict[Passage, None] = {}  # in order of arrival
        self.peers: dict[int, Peer] = {}  # by the port of the passage's connection to granian
        self._stamp = self._refused = self._files()
        self._work: list[asyncio.Task[None]] = []

    def peer(self, client: object) -> Peer | None:
        """The peer behind granian's client address; None for a client that bypassed the door."""
        match client:
            case (str(host), int(port) | str(port)) if host == INNER:  # granian gives it as text
                return self.peers.get(int(port))
        return None

    async def open(self) -> None:
        """Raises `OSError` if the address is in use."""
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a connection takes three
        family = socket.getaddrinfo(self.way.host, self.way.port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((self.way.host, self.way.port), family=family, backlog=1024)
        listening.setblocking(False)
        self._work = [asyncio.create_task(self._accept(listening)), asyncio.create_task(self._watch())]

    async def close(self) -> None:
        """Accept no more connections; granian finishes current ones."""
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with listening:
            while True:
                try:
                    client, _ = await loop.sock_accept(listening)
                except OSError:  # the client is gone, or this machine is out of room
                    await asyncio.sleep(0.1)
                    continue
                if self.way.limited and len(self.passages) >= MAX_CONNECTIONS:
                    min(self.passages, key=lambda passage: passage.moved).end()  # silent the longest
                passage = Passage(self.context, self.way.inner, self)
                self.passages[passage] = None
                try:
                    await loop.connect_accepted_socket(lambda to=passage: to.outer, client)  # type: ignore[misc]
                except OSError:
                    passage.end()

    @enforces("6.i.ii/devices", "SC-8/people", "SC-8/systems")
    def entered(self, passage: Passage, port: int) -> None:
        """The passage goes on to granian from that port. A reader that lost its network comes back while its old
        connections still count: the newest stay."""
        its = [
            other
            for other in self.passages
            if other.certificate == passage.certificate and other is not passage
        ]
        if passage.certificate and len(its) >= MAX_PER_CERTIFICATE:
            min(
                its, key=lambda other: not other.outer.gone
            ).end()  # the oldest that lingers after its answer, otherwise the oldest
        self.peers[port] = Peer(passage.address, passage.certificate, passage.authority)

    def closing(self, port: int) -> None:
        self.peers.pop(port, None)

    def left(self, passage: Passage) -> None:
        self.passages.pop(passage, None)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            if self.way.limited:
                self.end_silent(SILENT_S)
            self.renew()

    def end_silent(self, seconds: float) -> None:
        """Close connections that have been silent this long."""
        before = asyncio.get_running_loop().time() - seconds
        for passage in [passage for passage in self.passages if passage.moved < before]:
            passage.end()

    @enforces("6.i.ii/tls", "SC-8/people", "SC-8/systems")
    def renew(self) -> None:
        """Show a renewed certificate, and trust other authorities; open connections keep what they began with, but for
        clients of an authority that is trusted no more."""
        stamp = self._files()
        if stamp == self._stamp:
            return
        try:
            self.context = self.way.tls()
        except (OSError, PlatewardError) as error:  # of two files: perhaps only one is there yet
            if stamp != self._refused:
                log.warning("The listener keeps its certificate; the new one cannot be used yet: %s", error)
            self._refused = stamp
            return
        self._stamp = self._refused = stamp
        self._end_untrusted()
        log.warning("The listener on port %d now uses its renewed certificates.", self.way.port)

    @property
    def trust(self) -> str:
        """The version of the authorities whose certificates it accepts."""
        return trust_version(self.context)

    @enforces("6.i.i/rotation", "6.i.ii/devices")
    def _end_untrusted(self) -> None:
        trusted = {common_name(each["subject"]) for each in self.context.get_ca_certs()}
        if self.way.authority:
            for passage in [each for each in self.passages if each.authority not in trusted]:
                passage.end()

    def _files(self) -> tuple[int, ...]:
        """When they changed; 0 for a file that is not there, while another takes its place."""
        names = filter(None, (self.way.certificate, self.way.key, self.way.authority))
        files = [Path(name) for name in names]
        return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)
