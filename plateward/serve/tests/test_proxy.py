"""The supported reverse proxies, with the configurations of the docs: Debian's nginx and HAProxy before a real hub."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from plateward import environment
from plateward.ground.config.reading import WrongSetting
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.people.testing import totp_code
from plateward.serve.tests.hub import RunningHub, database, ports_of_its_own
from plateward.testing import REPOSITORY, skip_or_fail
from plateward.testing.waiting import WITHIN, wait_until

pytestmark = pytest.mark.clause("6.i.ii/tls", "SC-8/people")
DOCS = REPOSITORY / "docs" / "administrator" / "proxy"
PERSON, ELSEWHERE, FORGED = "127.0.0.2", "127.0.0.3", "203.0.113.9"
PASSWORD = "bosque-trails-77"
MEMBER = f"""
from plateward.core.audit.actor import Actor
from plateward.people import actions
from plateward.people.testing import generate_totp_secret, person
secret = generate_totp_secret()
actions.enroll_totp(Actor("system", "test", "Test"), person("NAME", password="{PASSWORD}"), secret)
print(json.dumps(secret))
"""
FAILED_FROM = """
from plateward.people.models import FailedTry
print(json.dumps(list(FailedTry.objects.order_by("pk").values_list("address", flat=True))))
"""
LATEST_LOGIN = """
from plateward.people.models import SignIn
print(json.dumps(SignIn.objects.get(person__username="NAME").address))
"""
STALLED = 12
FIRST_EVENT_S, HEADERS_S = 30.0, 60.0  # seconds, on a busy machine; both are 10 or less


@pytest.fixture(scope="module")
def hub(begun_hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub that takes one proxy's word, of this machine: its people's listener is on 127.0.0.1 alone."""
    folder = shutil.copytree(begun_hub.folder, tmp_path_factory.mktemp("proxied"), dirs_exist_ok=True)
    with database(like=begun_hub.env) as where:
        hub = RunningHub.made(folder, where).but(PLATEWARD_PROXIES="127.0.0.1")
        hub.enroll()
        hub.start()
        try:
            yield hub
        finally:
            hub.kill()


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs, by the port that people reach."""

    hub: RunningHub
    port: int
    person: str  # of the cast, who logs in here

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.hub.authority)

    def browser(self, cookie: str = "", **headers: str) -> httpx.Client:
        """At an address of its own."""
        cookies = {"Cookie": f"__Host-plateward={cookie}"} if cookie else {}
        return httpx.Client(
            base_url=f"https://localhost:{self.port}",
            transport=httpx.HTTPTransport(verify=self.context(), local_address=PERSON),
            headers={"Accept": "text/html"} | cookies | headers,
            timeout=WITHIN,
        )


def adapted(name: str, folder: Path, hub: RunningHub, port: int) -> Path:
    """The documented configuration with this hub's ports and paths."""
    authority = Authority.open(KeyRing.open(hub.home / "keys"))
    certificate, key = authority.issue_server(["localhost", "127.0.0.1"])
    for named, pem in {
        "alpr.crt": certificate, "alpr.key": key, "alpr.pem": certificate + key,
        "authority.crt": authority.certificate_pem,
    }.items():  # fmt: skip
        (folder / named).write_text(pem)
    changes = {
        "443 ssl;": f"127.0.0.1:{port} ssl;",
        "bind :443": f"bind 127.0.0.1:{port}",
        "127.0.0.1:8443": f"127.0.0.1:{hub.people}",
        "alpr.example.gov": "localhost",
        "/etc/plateward/tls": str(folder),
        "/var/log/nginx": str(folder),
    }
    text = (DOCS / name).read_text()
    for old, new in changes.items():
        text = text.replace(old, new)
    file = folder / name
    file.write_text(text)
    return file


@contextmanager
def running(kind: str, folder: Path, hub: RunningHub) -> Iterator[Proxy]:
    program = shutil.which(kind, path="/usr/sbin:/usr/bin")
    if program is None:
        skip_or_fail(f"no {kind} on this machine: apt-get install nginx-light haproxy")
        return
    port = ports_of_its_own()[0]
    config = adapted({"nginx": "nginx.conf", "haproxy": "haproxy.cfg"}[kind], folder, hub, port)
    if kind == "nginx":
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = folder / "whole.conf"
        whole.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{ {temporary} include {config}; }}\n"
        )
        line = [program, "-c", str(whole), "-p", str(folder)]
    else:
        line = [program, "-db", "-f", str(config)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(line, stdout=log, stderr=log)
    try:

        def answers() -> bool:
            assert process.poll() is None, (folder / "log").read_text()
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_until(answers)
        yield Proxy(hub, port, {"nginx": "ada", "haproxy": "ben"}[kind])
    finally:
        process.terminate()
        process.wait(WITHIN)


@pytest.fixture(scope="module", params=["nginx", "haproxy"])
def proxy(
    request: pytest.FixtureRequest, hub: RunningHub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    with running(request.param, tmp_path_factory.mktemp(request.param), hub) as proxy:
        yield proxy


def send_form(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """As the page's form does."""
    token = {"csrfmiddlewaretoken": browser.cookies.get("csrftoken", "")}
    return browser.post(path, data=token | fields, headers={"Origin": str(browser.base_url).rstrip("/")})


def acknowledge(browser: httpx.Client) -> None:
    browser.get("/banner/")
    assert send_form(browser, "/banner/", next="/login/").headers["Location"] == "/login/"


def test_a_person_logs_in_and_a_page_opens(proxy: Proxy) -> None:
    secret = proxy.hub.ask(MEMBER.replace("NAME", proxy.person))
    with proxy.browser() as browser:
        acknowledge(browser)
        assert send_form(browser, "/login/", login=proxy.person, password=PASSWORD).status_code == 302
        assert send_form(browser, "/login/code/", code=totp_code(secret)).status_code == 302
        assert browser.get("/account/passkeys/").status_code == 200
    entry = proxy.hub.ask(LATEST_LOGIN.replace("NAME", proxy.person))
    assert entry == PERSON


@pytest.mark.clause("6.b.i.9/entries", "AC-7/strangers")
def test_a_failed_log_in_is_of_the_person_s_own_address_whatever_they_claim(proxy: Proxy) -> None:
    with proxy.browser(**{"X-Forwarded-For": FORGED}) as browser:
        acknowledge(browser)
        assert send_form(browser, "/login/", login="nobody", password="wrong-and-long").status_code == 200
    assert proxy.hub.ask(FAILED_FROM)[-1] == PERSON


@pytest.mark.clause("6.b.i.9/entries", "AC-7/strangers")
def test_a_forged_header_from_elsewhere_says_nothing(hub: RunningHub) -> None:
    transport = httpx.HTTPTransport(
        verify=ssl.create_default_context(cadata=hub.authority), local_address=ELSEWHERE
    )
    url, forged = f"https://localhost:{hub.people}", {"X-Forwarded-For": FORGED}
    with httpx.Client(base_url=url, transport=transport, headers=forged, timeout=WITHIN) as browser:
        acknowledge(browser)
        send_form(browser, "/login/", login="nobody", password="wrong-and-long")
    assert hub.ask(FAILED_FROM)[-1] == ELSEWHERE


def test_alerts_arrive_as_they_are_sent(proxy: Proxy) -> None:
    cookie = proxy.hub.sign_in()
    began = time.monotonic()
    with (
        proxy.browser(cookie, Accept="text/event-stream") as browser,
        browser.stream("GET", "/alerts/stream") as answer,
    ):
        assert answer.status_code == 200
        assert next(answer.iter_lines()) is not None
    assert time.monotonic() - began < FIRST_EVENT_S


def test_uploads_have_the_hubs_limits(proxy: Proxy) -> None:
    with proxy.browser() as browser:
        for _ in range(20):  # while it is sent still
            assert (
                browser.post("/hotlists/import", content=b"x" * 100_000).status_code == 413
            )  # not logged in
    with proxy.browser(proxy.hub.sign_in("gloria")) as browser:
        # Its page needs a token of a form; what matters here is that the hub received it whole.
        assert browser.post("/hotlists/import", content=b"x" * 8_000_000).status_code == 403
    with (
        socket.create_connection(("localhost", proxy.port), timeout=WITHIN) as plain,
        proxy.context().wrap_socket(plain, server_hostname="localhost") as client,
    ):
        client.sendall(b"POST /banner/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 34000000\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 413")


def test_clients_that_send_no_more_hold_up_nobody_and_are_dropped(proxy: Proxy) -> None:
    began = time.monotonic()
    with ExitStack() as stalled:
        clients = []
        for _ in range(STALLED):
            plain = stalled.enter_context(socket.create_connection(("localhost", proxy.port), timeout=WITHIN))
            client = stalled.enter_context(proxy.context().wrap_socket(plain, server_hostname="localhost"))
            client.sendall(b"GET /banner/ HTTP/1.1\r\nHost: local")
            clients.append(client)
        with proxy.browser() as browser:
            assert browser.get("/banner/").status_code == 200
        for client in clients:
            while client.recv(4096):  # 408, or nothing
                pass
    assert time.monotonic() - began < HEADERS_S


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.clause("SC-13/suites")
def test_it_agrees_to_aes_alone(proxy: Proxy, version: ssl.TLSVersion) -> None:
    context = proxy.context()
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("localhost", proxy.port), timeout=WITHIN) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as client,
    ):
        assert "AES" in (client.cipher() or ("",))[0]
    context.set_ciphers("ECDHE+CHACHA20")
    if version is ssl.TLSVersion.TLSv1_2:
        with (
            socket.create_connection(("localhost", proxy.port), timeout=WITHIN) as plain,
            pytest.raises(ssl.SSLError),
        ):
            context.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize(
    ("given", "said"),
    [("*", "Give addresses"), ("proxy.example.gov", "Give addresses"), ("10.0.0.0/8", "more than proxies")],
)
def test_whoever_could_claim_any_address_is_no_proxy(
    given: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WrongSetting, match=said):
        environment.networks(tuple(given.split(",")))
