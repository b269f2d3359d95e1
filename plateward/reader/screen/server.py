"""Serves the screen: on this machine alone, over TLS with a certificate that the reader makes for itself."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import PEM_ERRORS
from plateward.ground.vault.files import replace_file, replace_secret
from plateward.ground.vault.keyring import KeyRing
from plateward.reader.errors import NotReady
from plateward.reader.home import Home, load_tls_key, tls_key_pem, tls_password
from plateward.reader.screen.app import ScreenApp

DAYS = 825  # browsers trust no certificate for longer
RENEW = timedelta(days=90)
LOOPBACK = "127.0.0.1"


@contextmanager
def serving(place: Home, ring: KeyRing, app: ScreenApp, port: int) -> Iterator[None]:
    """While it lasts, the screen answers on https://localhost:`port`."""
    ensure_certificate(place, ring)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        raise NotReady(f"The screen's port {port} cannot be used: {error.strerror}.") from error
    server = uvicorn.Server(
        uvicorn.Config(
            app.application(port),
            ssl_certfile=str(place.screen_certificate),
            ssl_keyfile=str(place.screen_key),
            ssl_keyfile_password=tls_password(ring).decode(),
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            lifespan="off",
            limit_concurrency=50,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, args=([listener],), name="screen", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        listener.close()


@enforces("SC-8/people", "6.i.ii/tls")
def ensure_certificate(place: Home, ring: KeyRing) -> None:
    """Make key and certificate, for this machine's own name alone; again before they end, or if they do not fit."""
    if place.screen_key.exists() and place.screen_certificate.exists():
        try:
            old = x509.load_pem_x509_certificate(place.screen_certificate.read_bytes())
            fits = old.public_key() == load_tls_key(place.screen_key, ring).public_key()
        except (NotReady, *PEM_ERRORS):
            fits = False
        if fits and old.not_valid_after_utc - clock.now() > RENEW:
            return
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Plateward reader's screen")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(LOOPBACK))]
            ),
            critical=False,
        )
        .sign(key, SHA256())
    )
    replace_secret(place.screen_key, tls_key_pem(key, ring))
    replace_file(place.screen_certificate, certificate.public_bytes(Encoding.PEM))
