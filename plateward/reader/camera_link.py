"""How the pictures of a camera on the network get here: by TLS with a certificate that is pinned or known, or in clear
on a link of the reader's own. What decodes them talks to this machine alone; a relay carries that on to the camera."""

import asyncio
import errno
import ipaddress
import re
import socket
import ssl
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit

from plateward.ground.policy.trace import enforces
from plateward.reader.errors import SourceError
from plateward.reader.own_link import connect

PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
CLEAR = {"rtsps": "rtsp", "https": "http", "rtsp": "rtsp", "http": "http"}  # as the decoder speaks
CONNECT_S = 5.0
CHUNK = 64 * 1024
REDIRECT = re.compile(rb"(?:RTSP|HTTP)/1\.[01] 3")  # to an address that nobody configured
CLAUSE = "(OPR:50 6.i.ii, CJIS SC-8)"
PIN = "sha256:"


class CameraRefused(SourceError):
    """The camera is there, and its pictures are not taken."""


@dataclass(frozen=True)
class CameraLink:
    """What the technician says of it. `own`: the interface, or the camera's address, of a link that no one else is on.
    `certificate`: the file of the authority that signed the camera's, or `sha256:` and the fingerprint of its own."""

    own: str = ""
    certificate: str = ""


NO_LINK = CameraLink()


class _Tls:
    """Who may show which certificate. Raises `SourceError` for a file that is none."""

    def __init__(self, name: str, certificate: str) -> None:
        self._name = name
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.pin = b""
        if certificate.startswith(PIN):
            with suppress(ValueError):
                self.pin = bytes.fromhex(certificate.removeprefix(PIN).replace(":", ""))
            if len(self.pin) != sha256().digest_size:
                raise SourceError(
                    f"--camera-certificate {certificate} is no fingerprint: give sha256:… in hex."
                )
            self.context.check_hostname = False  # the certificate itself is known
            self.context.verify_mode = ssl.CERT_NONE
        elif certificate:
            try:
                self.context.load_verify_locations(cafile=certificate)
            except OSError as error:
                raise SourceError(f"--camera-certificate {certificate} cannot be used: {error}.") from error
        else:
            self.context.load_default_certs()

    @enforces("6.i.ii/cameras", "SC-8/cameras")
    def check(self, shown: bytes) -> None:
        """Raises `CameraRefused` if this certificate is not the pinned one."""
        if self.pin and sha256(shown).digest() != self.pin:
            raise self.refusal("another certificate than the pinned one", shown)

    def refusal(self, why: str, shown: bytes) -> CameraRefused:
        return CameraRefused(
            f"The camera {self._name} shows {why}: its pictures may be somebody else's {CLAUSE}. It shows "
            f"{PIN}{sha256(shown).hexdigest()}. If the camera's own page says the same, give --camera-certificate with "
            "that, or with the file of the authority that signed it."
        )

    @property
    def words(self) -> str:
        return f"TLS, {'pinned' if self.pin else 'known'} certificate"


class Relay:
    """Listens on this machine and carries each connection to the camera, for as long as the reader runs. Raises
    `SourceError` if the camera may not be used."""

    def __init__(self, source: str, link: CameraLink, name: str) -> None:
        try:
            address = urlsplit(source)
            self._host, port = address.hostname or "", address.port
        except ValueError as error:
            raise SourceError(f"The address of the camera {name} is wrong: {error}.") from error
        scheme = address.scheme.lower()
        self._name, self._port = name, port or PORTS[scheme]
        self._tls = _Tls(name, link.certificate) if scheme in ("rtsps", "https") else None
        self._interface, self._address = "", ""
        self.words = f"{scheme}, {self._tls.words}" if self._tls else self._own(scheme, link.own)
        self.problem = ""  # why the camera was refused
        if self._tls:
            self._try(self._tls)
        self._loop = asyncio.new_event_loop()
        listener = socket.create_server(("127.0.0.1", 0))
        self._loop.run_until_complete(asyncio.start_server(self._carry, sock=listener))
        threading.Thread(target=self._loop.run_forever, name="relay", daemon=True).start()
        user, at, _ = address.netloc.rpartition("@")
        here = f"{user}{at}127.0.0.1:{listener.getsockname()[1]}"
        self.url = urlunsplit((CLEAR[scheme], here, address.path, address.query, ""))

    @enforces("6.i.ii/cameras", "SC-8/cameras")
    def _own(self, scheme: str, own: str) -> str:
        """The link on which the camera may send in clear, in words."""
        if own in {name for _, name in socket.if_nameindex()}:
            self._interface = own
        elif own:
            try:
                self._address = str(ipaddress.ip_address(own))
            except ValueError as error:
                raise SourceError(
                    f"--camera-link {own} is neither an interface of this machine nor an address."
                ) from error
        elif self._host == "localhost" or _is_loopback(self._host):
            return f"{scheme}, on this machine"
        else:
            raise CameraRefused(
                f"The camera {self._name} sends in clear, and others on its network can see or replace its pictures "
                f"{CLAUSE}. Use rtsps:// or https://. If it is on a link of the reader's own, where nothing else is, "
                "name that: --camera-link with the interface or the camera's address."
            )
        return f"{scheme} in clear, on the reader's own link {own}"

    def _connect(self) -> socket.socket:
        """Raises `OSError` or `CameraRefused`."""
        made = connect(self._host, self._port, CONNECT_S, own=self._tls is None, interface=self._interface)
        if self._address and made.getpeername()[0] != self._address:
            made.close()
            raise CameraRefused(
                f"The camera {self._name} is not at {self._address}, the address of --camera-link {CLAUSE}."
            )
        return made

    def _try(self, tls: _Tls) -> None:
        """Refuse at the start what would be refused later, where a person is there to read it."""
        try:
            with (
                closing(self._connect()) as made,
                tls.context.wrap_socket(made, server_hostname=self._host) as encrypted,
            ):
                tls.check(encrypted.getpeercert(binary_form=True) or b"")
        except OSError as error:
            if refusal := self._refusal(error):  # otherwise it is missing, and may come
                raise refusal from error

    def _refusal(self, error: OSError) -> CameraRefused | None:
        if isinstance(error, ssl.SSLCertVerificationError) and self._tls:
            return self._tls.refusal(
                f"a certificate that nobody vouches for ({error.verify_message})", self._shown()
            )
        if isinstance(error, ssl.SSLError):
            return CameraRefused(
                f"The camera {self._name} does not speak TLS 1.2 or later ({error.reason}) {CLAUSE}. Update it, or put "
                "it on a link of the reader's own and name that with --camera-link and rtsp:// or http://."
            )
        if self._tls is None and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            return CameraRefused(
                f"The camera {self._name} sends in clear and is on no link of the reader's own {CLAUSE}. Use rtsps:// "
                "or https://, or connect it to the reader directly."
            )
        return None

    def _shown(self) -> bytes:
        """The certificate that the camera shows, whoever signed it; empty if it shows none now."""
        unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
        with (
            suppress(OSError, SourceError),
            closing(self._connect()) as made,
            unchecked.wrap_socket(made, server_hostname=self._host) as tls,
        ):
            return tls.getpeercert(binary_form=True) or b""
        return b""

    @enforces("6.i.ii/cameras", "SC-8/cameras")
    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the decoder, to the camera and back."""
        try:
            made = await asyncio.to_thread(self._connect)
            tls = {"ssl": self._tls.context, "server_hostname": self._host} if self._tls else {}
            made.setblocking(False)
            answers, asks = await asyncio.open_connection(sock=made, **tls)  # type: ignore[arg-type]
            try:
                if self._tls:
                    shown = asks.get_extra_info("ssl_object").getpeercert(binary_form=True)
                    self._tls.check(shown or b"")
                self.problem = ""
                ways = [
                    asyncio.create_task(_pump(reader, asks)),
                    asyncio.create_task(self._answer(answers, writer)),
                ]
                done, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in left:
                    way.cancel()
                for way in done:
                    way.result()
            finally:
                asks.close()
        except CameraRefused as refused:
            self.problem = str(refused)
        except OSError as error:
            self.problem = str(await asyncio.to_thread(self._refusal, error) or "")
        finally:
            writer.close()

    async def _answer(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await answers.read(CHUNK):
            if REDIRECT.match(chunk):
                raise CameraRefused(
                    f"The camera {self._name} redirects to another address, which is not followed {CLAUSE}. Give that "
                    "address as --source."
                )
            writer.write(chunk)
            await writer.drain()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(CHUNK):
        writer.write(chunk)
        await writer.drain()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
