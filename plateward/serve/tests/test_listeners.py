"""What each listener accepts."""

import os
import socket
import ssl
import subprocess
import sys
import warnings
from pathlib import Path

import httpx
import msgspec
import pytest

from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.wire.enrollment import EnrollmentRequest
from plateward.reader.hub import tls_context
from plateward.serve.tests.hub import RunningHub
from plateward.testing.waiting import WITHIN

pytestmark = pytest.mark.clause("6.i.ii/tls", "6.i.ii/devices", "SC-8/people", "SC-8/systems")
V = ssl.TLSVersion


def only(hub: RunningHub, version: ssl.TLSVersion, *, certificate: bool = True) -> ssl.SSLContext:
    """A client that speaks only this TLS version, however old; with or without the reader's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=hub.authority)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = version
    if certificate:
        context.load_cert_chain(hub.reader.certificate, hub.reader.tls_key)
    return context


def port(hub: RunningHub, listener: str) -> int:
    return hub.people if listener == "people" else hub.devices


def get(context: ssl.SSLContext, port: int) -> tuple[str | None, bytes]:
    """The negotiated TLS version, and the first line of the answer."""
    with (
        socket.create_connection(("localhost", port), timeout=WITHIN) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        secured.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return secured.version(), secured.recv(200).partition(b"\r\n")[0]


@pytest.mark.parametrize("listener", ["people", "devices"])
@pytest.mark.parametrize("version", [V.TLSv1, V.TLSv1_1])
def test_it_refuses_old_tls(running_hub: RunningHub, listener: str, version: ssl.TLSVersion) -> None:
    with pytest.raises(ssl.SSLError) as refused:
        get(only(running_hub, version), port(running_hub, listener))
    # The hub's own refusal; with 1.2 and no other change it answers (below).
    assert refused.value.reason in {"TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE"}


@pytest.mark.parametrize("listener", ["people", "devices"])
@pytest.mark.parametrize(("version", "agreed"), [(V.TLSv1_2, "TLSv1.2"), (V.TLSv1_3, "TLSv1.3")])
def test_it_takes_tls_of_today(
    running_hub: RunningHub, listener: str, version: ssl.TLSVersion, agreed: str
) -> None:
    got, answer = get(only(running_hub, version), port(running_hub, listener))
    assert got == agreed
    assert answer.startswith(b"HTTP/1.1 ")


OFFER = """
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
context.minimum_version = context.maximum_version = ssl.TLSVersion[sys.argv[3]]
context.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")
context.load_cert_chain(*sys.argv[4:])
offered = [one["name"] for one in context.get_ciphers()]
try:
    with socket.create_connection(("localhost", int(sys.argv[2])), timeout=180) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secured:
            print(offered, secured.cipher()[0])
except ssl.SSLError as error:
    print(offered, error.reason)
"""


@pytest.mark.clause("SC-13/suites")
@pytest.mark.parametrize("listener", ["people", "devices"])
@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
@pytest.mark.parametrize("suite", ["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"])
def test_a_client_that_offers_chacha20_alone_is_refused(
    running_hub: RunningHub, listener: str, version: str, suite: str, tmp_path: Path
) -> None:
    """With AES and no other change it is accepted; OpenSSL's own file sets a client's TLS 1.3 suites."""
    conf, trusted = tmp_path / "openssl.cnf", tmp_path / "authority.pem"
    sections = "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nCiphersuites = "
    conf.write_text(f"{sections}{suite}\n")
    trusted.write_text(running_hub.authority)
    aes = "AES" in suite
    offer = OFFER.replace("ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-GCM-SHA256") if aes else OFFER
    reader = running_hub.reader
    files = [
        str(argument)
        for argument in (trusted, port(running_hub, listener), version, reader.certificate, reader.tls_key)
    ]
    line = [sys.executable, "-c", offer, *files]
    result = subprocess.run(
        line, env=os.environ | {"OPENSSL_CONF": str(conf)}, capture_output=True, text=True, check=False
    ).stdout
    offered, _, end = result.strip().rpartition(" ")
    assert ("AES" in offered, "CHACHA20" in offered) == (aes, not aes)
    if aes:
        assert "AES" in end
    else:
        assert end in {"SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV1_ALERT_INSUFFICIENT_SECURITY"}


@pytest.mark.parametrize("listener", ["people", "devices"])
def test_it_answers_nothing_to_plain_http(running_hub: RunningHub, listener: str) -> None:
    with socket.create_connection(("localhost", port(running_hub, listener)), timeout=WITHIN) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        try:
            answer = plain.recv(200)
        except ConnectionResetError:
            answer = b""
    assert b"HTTP" not in answer


@pytest.mark.parametrize("version", [V.TLSv1_2, V.TLSv1_3])
def test_a_device_without_a_certificate_is_refused(running_hub: RunningHub, version: ssl.TLSVersion) -> None:
    with pytest.raises(ssl.SSLError) as refused:
        get(only(running_hub, version, certificate=False), running_hub.devices)
    assert refused.value.reason in {"SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV13_ALERT_CERTIFICATE_REQUIRED"}


@pytest.mark.parametrize("version", [V.TLSv1_2, V.TLSv1_3])
def test_a_certificate_of_another_authority_is_refused(
    running_hub: RunningHub, version: ssl.TLSVersion, tmp_path: Path
) -> None:
    stranger = Authority.create(KeyRing.create(tmp_path / "keys"))
    certificate = tmp_path / "stranger.pem"
    certificate.write_text(stranger.sign_client(_csr(running_hub), "unit-12"))
    context = only(running_hub, version, certificate=False)
    context.load_cert_chain(certificate, running_hub.reader.tls_key)
    with pytest.raises(ssl.SSLError) as refused:
        get(context, running_hub.devices)
    assert refused.value.reason in {"TLSV1_ALERT_UNKNOWN_CA", "TLSV1_ALERT_DECRYPT_ERROR"}


def _csr(hub: RunningHub) -> str:
    return msgspec.json.decode(hub.reader.request.read_bytes(), type=EnrollmentRequest).csr_pem


@pytest.mark.parametrize(
    "path", ["/", "/banner/", "/login/", "/alerts/", "/alerts/stream", "/static/dist/app.css"]
)
def test_the_device_listener_has_no_page(running_hub: RunningHub, path: str) -> None:
    reader = running_hub.reader
    context = tls_context(running_hub.authority, reader.certificate, reader.tls_key)
    at = f"https://localhost:{running_hub.devices}{path}"
    answer = httpx.get(at, verify=context, trust_env=False, timeout=WITHIN)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/msgpack"


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/batches"), ("GET", "/v1/hotlist")])
def test_the_people_s_listener_takes_nothing_of_a_reader(
    running_hub: RunningHub, method: str, path: str
) -> None:
    with running_hub.browser() as browser:
        assert browser.request(method, path).status_code == 404


def test_every_page_tells_the_browser_to_stay_here_and_on_tls(running_hub: RunningHub) -> None:
    with running_hub.browser() as browser:
        page = browser.get("/banner/")
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cache-Control"] == "no-store"
    policy = dict(
        directive.strip().partition(" ")[::2]
        for directive in page.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


def test_it_has_nothing_to_warn_of(running_hub: RunningHub) -> None:
    warnings = [line for line in running_hub.log.splitlines() if "WARN" in line]
    assert [line for line in warnings if "django.request" not in line] == []  # the tests' own requests


@pytest.mark.clause("6.i.i/aes")
@pytest.mark.parametrize("body", ["Content-Length: 10737418240", "Transfer-Encoding: chunked"])
def test_a_body_that_would_be_written_to_the_disk_is_refused(running_hub: RunningHub, body: str) -> None:
    """A declared length of ten gigabytes is refused before the first byte; a body without a length, once it is too
    long."""
    context = only(running_hub, V.TLSv1_3, certificate=False)
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with (
        socket.create_connection(("localhost", running_hub.people), timeout=WITHIN) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        secured.sendall(f"POST /hotlists/import HTTP/1.1\r\nHost: localhost\r\n{body}\r\n\r\n".encode())
        answer = b""
        try:
            for _ in range(40 if "chunked" in body else 0):
                secured.sendall(chunk)
            answer = secured.recv(200)
        except OSError:  # the hub hung up in the middle of a chunk
            assert "chunked" in body
        if "Content-Length" in body:
            assert answer.startswith(b"HTTP/1.1 413")
        else:
            assert not answer.startswith(b"HTTP/1.1 2")
