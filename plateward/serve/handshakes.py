"""A listener as whoever connects to it sees it: what it offers, and what it refuses."""

import contextlib
import socket
import ssl
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from plateward.ground.errors import PlatewardError
from plateward.ground.links.secure import require_aes, require_strong, strong_context
from plateward.ground.policy.trace import enforces

WAIT_S, STARTS_WITHIN_S = 5.0, 60.0
REQUEST = b"GET / HTTP/1.0\r\n\r\n"
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
NEW = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


@enforces("6.i.ii/tls", "6.i.ii/devices", "SC-8/people", "SC-8/systems", "SC-13/suites")
def listener_problems(
    hosts: Sequence[str], port: int, trusted: str, shown: str, *, devices: bool
) -> Iterator[str]:
    """What is wrong with the listener on this port, in sentences. `trusted`: the agency's authority, as PEM, or any
    certificate of the chain; `shown`: the certificate that it must show, and its chain; `devices`: it must answer
    nobody without a client's certificate."""
    host = _first_that_answers((*hosts, "127.0.0.1"), port)
    if host is None:
        yield "It does not answer."
        return
    expected = x509.load_pem_x509_certificates(shown.encode())[0].public_bytes(Encoding.DER)
    for version in (
        NEW[1:] if devices else NEW
    ):  # without a client's certificate, 1.2 does not even show its own
        context = strong_context(trusted)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.minimum_version = context.maximum_version = version
        try:
            with _connected(host, port, context, hosts[0]) as client:
                require_aes((client.cipher() or ("nothing",))[0], "The listener")
                if client.getpeercert(binary_form=True) != expected:
                    yield "It shows another certificate than the hub's own."
        except (OSError, PlatewardError) as error:
            yield f"It refuses {version.name.replace('_', '.')} with AES: {_reason(error)}"
    for version in OLD:
        if _accepts_old(host, port, version):
            yield f"It accepts {version.name.replace('_', '.')}, which is forbidden."
    if _answer(host, port).startswith(b"HTTP/"):
        yield "It answers plain HTTP."
    if devices and _answer(host, port, strong_context(trusted), hosts[0]):
        yield "It answers a client that shows no certificate."


@enforces("6.i.ii/tls", "6.i.ii/devices", "SC-8/systems", "SC-13/suites")
def link_problem(
    host: str, port: int, authority: str | Path | None, certificate: tuple[Path, Path] | None = None
) -> str:
    """What is wrong with the TLS of an outside system; nothing if it does not answer at all. `authority`: the file of
    the only authority; None: those of this machine."""
    try:
        context = strong_context(Path(authority).read_text() if authority else None)
        if certificate:
            context.load_cert_chain(*certificate)
        require_strong(context, host)
    except (OSError, ValueError, PlatewardError) as error:  # ssl.SSLError is an OSError
        return f"The files for its TLS cannot be used: {_reason(error)}"
    try:
        with _connected(host, port, context, host) as client:
            require_aes((client.cipher() or ("nothing",))[0], host)
    except ssl.SSLError as error:
        return f"It does not prove its name over TLS 1.2 or higher: {_reason(error)}"
    except PlatewardError as error:
        return str(error)
    except OSError:
        return ""
    return ""


def _first_that_answers(hosts: Sequence[str], port: int) -> str | None:
    """At its start, the hub listens later than it works."""
    until = time.monotonic() + STARTS_WITHIN_S
    while True:
        for host in hosts:
            with contextlib.suppress(OSError), socket.create_connection((host, port), WAIT_S):
                return host
        if time.monotonic() >= until:
            return None
        time.sleep(1.0)


@contextlib.contextmanager
def _connected(host: str, port: int, context: ssl.SSLContext, name: str) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection((host, port), WAIT_S) as plain,
        context.wrap_socket(plain, server_hostname=name) as client,
    ):
        yield client


def _accepts_old(host: str, port: int, version: ssl.TLSVersion) -> bool:
    """Whether the handshake gets beyond the version, whatever certificate it shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = version
    with contextlib.suppress(OSError), _connected(host, port, context, host):
        return True
    return False


def _answer(host: str, port: int, context: ssl.SSLContext | None = None, name: str = "") -> bytes:
    """What a request gets, in plain or over TLS; nothing if it is refused."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), WAIT_S) as plain:
        client = context.wrap_socket(plain, server_hostname=name) if context else plain
        client.sendall(REQUEST)
        return client.recv(100)
    return b""


def _reason(error: Exception) -> str:
    return str(getattr(error, "verify_message", "") or getattr(error, "reason", "") or error)
