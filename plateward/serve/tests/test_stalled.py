"""Clients that stall do not keep others from the hub."""

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import msgspec
import pytest

from plateward.ground import clock
from plateward.ground.wire import encode
from plateward.ground.wire.request import sign_request
from plateward.reader.home import Home
from plateward.reader.hub import tls_context
from plateward.serve.door import MAX_PER_CERTIFICATE
from plateward.serve.tests.hub import RunningHub
from plateward.testing.roadside import Roadside
from plateward.testing.waiting import WITHIN

pytestmark = pytest.mark.clause("6.i.ii/devices")
MOST_SENT = 400_000  # bytes: 64 KiB are headers, the rest is under way in sockets
HEADERS_S = 40.0  # of 10, on a busy machine
STALLED = 12  # more than a listener has threads
BEGUN = "POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: 1000000\r\n\r\nx"


def enroll(hub: RunningHub, name: str) -> Home:
    """Enroll another reader at this hub."""
    home = Home(hub.reader.path.with_name(name))
    if not home.enrollment.exists():
        hub.command("enroll", "request", "--home", str(home.path), "--name", name, "--camera", name)
        at = f"https://localhost:{hub.devices}"
        granted = hub.folder / f"{name}.json"
        granted.write_text(hub.command("fleet", "grant", str(home.request), "--hub", at).stdout)
        hub.command("enroll", "accept", str(granted), "--home", str(home.path))
        hub.approve_deployments()
    return home


@pytest.fixture(scope="module")
def other(running_hub: RunningHub) -> Home:
    return enroll(running_hub, "unit-14")


@pytest.fixture(scope="module")
def revoked(running_hub: RunningHub) -> Home:
    home = enroll(running_hub, "unit-99")
    running_hub.command("fleet", "revoke", "unit-99")
    return home


def context(home: Home) -> ssl.SSLContext:
    return tls_context(home.open()[1].authority_pem, home.certificate, home.tls_key)


@contextmanager
def stalled(
    trusted: ssl.SSLContext, port: int, begun: str, many: int = STALLED
) -> Iterator[list[ssl.SSLSocket]]:
    """Clients that have sent this, and send no more."""
    with ExitStack() as open_to_the_end:
        clients = []
        for _ in range(many):
            plain = open_to_the_end.enter_context(
                socket.create_connection(("localhost", port), timeout=WITHIN)
            )
            client = open_to_the_end.enter_context(trusted.wrap_socket(plain, server_hostname="localhost"))
            client.sendall(begun.encode())
            clients.append(client)
        yield clients


def answer_to(client: ssl.SSLSocket) -> bytes:
    """The whole answer, until the hub hung up."""
    answer = b""
    with contextlib.suppress(OSError):
        while part := client.recv(4096):
            answer += part
    return answer


def batch_begun(home: Home) -> str:
    """The headers of a batch signed by this reader, and one byte of its body."""
    ring, enrollment = home.open()
    signed = sign_request(ring.signing("reader"), enrollment.name, "POST", "/v1/batches", b"x", clock.now())
    return BEGUN.format(
        path="/v1/batches", headers="".join(f"{name}: {value}\r\n" for name, value in signed.items())
    )


def assert_read_is_taken(hub: RunningHub) -> None:
    """A valid read of the reader is accepted."""
    roadside, client = hub.roadside(), hub.client()
    assert client.send(roadside.batch(roadside.photo("STA111"))).accepted
    client.close()


def test_a_revoked_reader_is_refused_before_its_body_is_read(running_hub: RunningHub, revoked: Home) -> None:
    begun = batch_begun(revoked)
    with stalled(context(revoked), running_hub.devices, begun, MAX_PER_CERTIFICATE) as clients:
        assert_read_is_taken(running_hub)
        answers = [answer_to(client) for client in clients]
    for answer in answers:
        assert answer.startswith(b"HTTP/1.1 401")
        assert b"The reader 'unit-99' was revoked." in answer


def test_bodies_that_never_come_hold_up_nobody(running_hub: RunningHub, other: Home) -> None:
    with stalled(context(other), running_hub.devices, batch_begun(other)):
        assert_read_is_taken(running_hub)


@pytest.mark.parametrize(
    "sent", ["", "POST /v1/batches HTTP/1.1\r\nHost: local"], ids=["nothing", "half a header"]
)
def test_headers_that_never_come_hold_up_nobody(running_hub: RunningHub, other: Home, sent: str) -> None:
    with stalled(context(other), running_hub.devices, sent):
        assert_read_is_taken(running_hub)


@pytest.mark.parametrize("listener", ["people", "devices"])
def test_headers_without_end_are_cut_off(running_hub: RunningHub, other: Home, listener: str) -> None:
    """They cost no more memory than that, and no longer than headers may take: fast ones and slow ones."""
    port = running_hub.people if listener == "people" else running_hub.devices
    for each, pause in ((b"a" * 1000, 0.0), (b"a", 1.0)):
        began, sent = time.monotonic(), 0
        with stalled(context(other), port, "GET / HTTP/1.1\r\nHost: localhost\r\n", 1) as [client]:
            client.settimeout(0.001)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
                while time.monotonic() - began < HEADERS_S:
                    client.sendall(b"X: " + each + b"\r\n")
                    sent += len(each)
                    with contextlib.suppress(TimeoutError):
                        if not client.recv(4096) or sent > MOST_SENT:
                            break
                    time.sleep(pause)
        assert sent <= MOST_SENT
        assert time.monotonic() - began < HEADERS_S


@pytest.mark.parametrize("listener", ["people", "devices"])
def test_handshakes_that_never_come_hold_up_nobody(running_hub: RunningHub, listener: str) -> None:
    port = running_hub.people if listener == "people" else running_hub.devices
    with ExitStack() as open_to_the_end:
        for _ in range(STALLED):
            open_to_the_end.enter_context(socket.create_connection(("localhost", port)))
        assert_read_is_taken(running_hub)
        with running_hub.browser() as browser:
            assert browser.get("/banner/").status_code == 200


def test_forms_that_never_come_hold_up_no_page(running_hub: RunningHub) -> None:
    trusted = ssl.create_default_context(cadata=running_hub.authority)
    begun = BEGUN.format(path="/banner/", headers="").replace("1000000", "1000")
    with stalled(trusted, running_hub.people, begun), running_hub.browser() as browser:
        assert browser.get("/banner/").status_code == 200


@pytest.mark.clause("6.c.ii.1/all")
def test_nobody_sends_much_who_is_not_logged_in(running_hub: RunningHub) -> None:
    trusted = ssl.create_default_context(cadata=running_hub.authority)
    begun = BEGUN.format(path="/hotlists/import", headers="Accept: text/html\r\n")
    with stalled(trusted, running_hub.people, begun, 1) as [client]:
        answer = answer_to(client)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"Log in, then send it again." in answer
    assert b"Go to the home page" in answer


def test_a_certificate_opens_a_few_connections_and_the_newest_stay(
    running_hub: RunningHub, other: Home
) -> None:
    with stalled(context(other), running_hub.devices, "", MAX_PER_CERTIFICATE + 2) as clients:
        assert [answer_to(client) for client in clients[:2]] == [b"", b""]
        clients[-1].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert answer_to(clients[-1]).startswith(b"HTTP/1.1 404")


@pytest.mark.clause("6.j.i/proven")
def test_a_request_under_another_reader_s_certificate_is_refused(
    running_hub: RunningHub, other: Home
) -> None:
    ring, enrollment = running_hub.reader.open()
    roadside = Roadside(enrollment.name, enrollment.camera, ring.signing("reader"))
    body = encode(roadside.batch(roadside.photo("STA222")))
    headers = sign_request(roadside.key, roadside.name, "POST", "/v1/batches", body, clock.now())
    at = f"https://localhost:{running_hub.devices}/v1/batches"
    answer = httpx.post(
        at, content=body, headers=headers, verify=context(other), trust_env=False, timeout=WITHIN
    )
    assert answer.status_code == 401
    assert "the certificate of 'unit-14'" in msgspec.msgpack.decode(answer.content)["error"]


ADDRESS = """
from plateward.core.audit.models import AuditEntry
print(json.dumps(AuditEntry.objects.filter(event="batch.refuse").latest("sequence").line().decode()))
"""


@pytest.mark.clause("6.b.i.9/entries")
def test_the_log_has_the_address_of_whoever_came_to_the_door(running_hub: RunningHub, other: Home) -> None:
    transport = httpx.HTTPTransport(verify=context(other), local_address="127.0.0.2")
    with httpx.Client(transport=transport, timeout=WITHIN) as client:
        assert client.get(f"https://localhost:{running_hub.devices}/v1/hotlist").status_code == 401
    assert "127.0.0.2" in str(running_hub.ask(ADDRESS))


def test_a_batch_must_say_how_long_it_is(running_hub: RunningHub, other: Home) -> None:
    at = f"https://localhost:{running_hub.devices}/v1/batches"
    answer = httpx.post(at, content=iter([b"x"]), verify=context(other), trust_env=False, timeout=WITHIN)
    assert answer.status_code == 411
