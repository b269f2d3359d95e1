"""The DEMS's client against a simulator on a real socket."""

import hashlib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plateward.ground.links.dems import (
    DemsAccount,
    DemsAcknowledgment,
    DemsAway,
    DemsRefused,
    OutgoingPackage,
)
from plateward.ground.links.dems_tus import ANSWER_AT_MOST, TusDems
from plateward.ground.links.secure import InsecureLink, strong_context
from plateward.ground.links.testing import Site
from plateward.simulators.dems import DemsConversation, DemsMode, DemsSimulator
from plateward.testing.waiting import WITHIN

pytestmark = pytest.mark.clause("6.a.iv/dems", "6.e.iv.4/evidence")
SECRET = "a secret with : and % in it"
FILE = bytes(range(256)) * 4
PACKAGE = OutgoingPackage(
    "019-a", "case.zip", "2026-00587", len(FILE), hashlib.sha256(FILE).hexdigest(), {"alert": "7"}
)


def client(site: Site, port: int, *, secret: str = SECRET, timeout: float = WITHIN) -> TusDems:
    base = f"https://127.0.0.1:{port}"
    account = DemsAccount(f"{base}/api", f"{base}/oauth/token", "hub", secret)
    return TusDems(account, site.trust, timeout)


def server(site: Site, **more: object) -> DemsSimulator:
    return DemsSimulator(*site.server, secret=SECRET, **more)  # type: ignore[arg-type]


def send(dems: TusDems, package: OutgoingPackage = PACKAGE, piece: int = 300) -> None:
    upload = dems.begin(package)
    for begin in range(0, len(FILE), piece):
        assert dems.append(upload, begin, FILE[begin : begin + piece]) == min(begin + piece, len(FILE))


def test_a_package_goes_in_parts_under_its_case_number_and_is_acknowledged_with_its_hash(site: Site) -> None:
    with server(site) as running:
        dems = client(site, running.port)
        assert dems.acknowledgment(PACKAGE.reference) is None
        send(dems)
        assert dems.acknowledgment(PACKAGE.reference) == DemsAcknowledgment(
            "ITEM-2026-1001", PACKAGE.sha256, PACKAGE.size, PACKAGE.number
        )
        kept = running.items[PACKAGE.reference]
        assert (kept.content, kept.metadata["alert"], kept.metadata["case_number"]) == (
            FILE,
            "7",
            "2026-00587",
        )
        assert len(running.tokens) == 1, "a token serves until it ends"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, len(FILE)), max_size=4))
def test_cut_at_any_byte_it_goes_on_where_the_dems_says_that_it_ended(site: Site, cuts: list[int]) -> None:
    with server(site) as running:
        dems = client(site, running.port)
        upload, failures = dems.begin(PACKAGE), list(cuts)
        while (offset := dems.offset(upload)) != len(FILE):
            assert offset is not None
            running.cut = failures.pop() if failures else None
            cut = running.cut is not None and running.cut < len(FILE) - offset
            try:
                dems.append(upload, offset, FILE[offset:])
                assert not cut
            except DemsAway:
                assert cut
        running.cut = None
        assert running.items[PACKAGE.reference].content == FILE


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (DemsMode.ERROR, "is not available now (HTTP 503)"),
        (DemsMode.GARBLED, "is not an acknowledgment"),
        (DemsMode.REFUSE, "could not be reached"),
        (DemsMode.SILENT, "did not answer within 0.5 seconds"),
        (DemsMode.DRIP, "did not answer within 0.5 seconds"),
        (DemsMode.UNPROCESSED, "has not acknowledged it yet"),
        (DemsMode.NO_TOKEN, "does not accept this hub's credential (HTTP 401)"),
    ],
)
def test_a_bad_answer_is_neither_yes_nor_no(site: Site, mode: DemsMode, words: str) -> None:
    with server(site) as running:
        send(client(site, running.port))
        running.mode = mode
        with pytest.raises(DemsAway) as away:
            client(site, running.port, timeout=0.5 if "0.5" in words else WITHIN).acknowledgment(
                PACKAGE.reference
            )
    assert words in str(away.value)


def test_what_the_dems_turns_down_it_says_why(site: Site) -> None:
    with server(site, mode=DemsMode.TURN_DOWN) as running, pytest.raises(DemsRefused, match="no such case"):
        client(site, running.port).begin(PACKAGE)


def test_a_refused_token_is_asked_for_once_more_and_a_wrong_secret_is_said(site: Site) -> None:
    with server(site) as running:
        dems = client(site, running.port)
        send(dems)
        running.tokens.clear()  # as after a restart of the DEMS
        assert dems.acknowledgment(PACKAGE.reference)
        assert len(running.tokens) == 1
        wrong = client(site, running.port, secret="another-secret")
        with pytest.raises(DemsAway, match="does not accept this hub's credential") as away:
            wrong.acknowledgment(PACKAGE.reference)
        assert "another-secret" not in repr((away.value, away.value.__cause__, wrong._account))


def test_a_token_is_renewed_before_it_ends(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(site) as running:
        dems = client(site, running.port)
        dems.acknowledgment("one")
        ahead = time.monotonic() + 280
        monkeypatch.setattr(time, "monotonic", lambda: ahead)
        dems.acknowledgment("one")
        assert len(running.tokens) == 2


def test_a_late_append_and_an_unknown_upload(site: Site) -> None:
    with server(site) as running:
        dems = client(site, running.port)
        upload = dems.begin(PACKAGE)
        assert dems.append(upload, 0, FILE[:10]) == 10
        with pytest.raises(DemsAway, match="HTTP 409"):
            dems.append(upload, 0, FILE[:10])
        running.uploads.clear()
        assert dems.offset(upload) is None
        with pytest.raises(DemsAway):
            dems.append(upload, 10, FILE[10:])


class Odd(DemsConversation):
    """Answers with the server's bytes to everything but the question for a token."""

    def _opens(self) -> bool:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.wfile.write(self.server.answer)  # type: ignore[attr-defined]
        return False


@contextmanager
def odd_dems(site: Site, answer: bytes) -> Iterator[TusDems]:
    with server(site) as running:
        running.RequestHandlerClass = Odd
        running.answer = answer  # type: ignore[attr-defined]
        yield client(site, running.port)


CREATED = b"HTTP/1.0 201 Created\r\nLocation: %s\r\n\r\n"


@pytest.mark.clause("SC-8/systems")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (CREATED % b"https://elsewhere.example/files/1", "that is not its own"),
        (CREATED % b"http://127.0.0.1/files/1", "that is not its own"),
        (CREATED % b"https://[::1/files/1", "that is not its own"),
        (CREATED % (b"/" + b"a" * 600), "that is not its own"),
        (b"HTTP/1.0 500 No\r\n\r\n" + b"x" * (ANSWER_AT_MOST + 1), "sent too much"),
        (b"HTTP/1.0 302 Found\r\nLocation: https://elsewhere.example/\r\n\r\n", "HTTP 302"),
        (b"nonsense\r\n\r\n", "could not be reached"),
    ],
)
def test_the_token_goes_nowhere_else(site: Site, answer: bytes, words: str) -> None:
    with odd_dems(site, answer) as dems, pytest.raises(DemsAway) as away:
        dems.begin(PACKAGE)
    assert words in str(away.value)


@pytest.mark.clause("SC-8/systems")
@pytest.mark.parametrize(
    "foreign",
    ["https://localhost:{}/files/1", "http://127.0.0.1:{}/files/1", "https://127.0.0.1/files/1", ""],
)
def test_an_address_of_another_host_is_none_and_gets_neither_token_nor_package(
    site: Site, foreign: str
) -> None:
    with server(site) as running:
        dems, upload = client(site, running.port), foreign.format(running.port)
        assert dems.offset(upload) is None
        with pytest.raises(DemsAway, match="that is not its own"):
            dems.append(upload, 0, FILE)
        assert (running.queries, running.tokens) == ([], {})


class Dribbling(DemsConversation):
    """Never gets to the end of its headers."""

    def do_POST(self) -> None:
        with suppress(OSError):
            while True:
                self.wfile.write(b"H")
                time.sleep(0.02)


def test_headers_that_never_end_are_no_answer_in_time(site: Site) -> None:
    with server(site) as running:
        running.RequestHandlerClass = Dribbling
        with pytest.raises(DemsAway, match=r"did not answer within 0\.3 seconds"):
            client(site, running.port, timeout=0.3).acknowledgment("one")


def test_a_gateways_404_does_not_say_that_an_item_is_gone(site: Site) -> None:
    answer = b"HTTP/1.0 404 Not Found\r\n\r\n<h1>Not found</h1>"
    with odd_dems(site, answer) as dems, pytest.raises(DemsAway, match="HTTP 404"):
        dems.acknowledgment("one")


@pytest.mark.clause("6.i.ii/tls", "SC-8/systems")
def test_only_over_strong_tls(site: Site) -> None:
    with pytest.raises(InsecureLink):
        TusDems(DemsAccount("https://x", "https://x", "hub", SECRET), ssl._create_unverified_context())
    stranger = strong_context()
    with server(site) as running:
        base = f"https://127.0.0.1:{running.port}"
        dems = TusDems(DemsAccount(base, base, "hub", SECRET), stranger)
        with pytest.raises(DemsAway, match="could not be reached"):
            dems.begin(PACKAGE)


def test_the_simulator_is_scripted_while_it_runs(site: Site) -> None:
    with server(site) as running:
        send(client(site, running.port))

        def post(**command: object) -> int:
            url = f"https://127.0.0.1:{running.port}/script"
            return httpx.post(
                url, json=command, verify=site.trust, trust_env=False, timeout=WITHIN
            ).status_code

        assert post(lose="ITEM-2026-1001", mode="turn_down", cut=3) == 204
        assert (running.items, running.mode, running.cut) == ({}, DemsMode.TURN_DOWN, 3)
        assert post(mode="nonsense") == 400
