"""The client against servers that speak TLS on real sockets; `plateward.simulators` has its own tests."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.links.ncic.query import NcicAnswer, NcicQuery, QueryOutcome
from plateward.ground.links.ncic.switch import Switch
from plateward.ground.links.secure import InsecureLink, strong_context
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.testing.waiting import WITHIN

QUERY = NcicQuery("A1B2C3", "TOT123", "NM", "NM0000000", "Ada Archuleta", "Stolen vehicle hit")
HIT = (
    b"\x021L01A1B2C3\nNM0000000\n\nMKE/STOLEN VEHICLE\nORI/NM0120000 LIC/T0T123 LIS/NM\nNIC/V123456789\n\x03"
)
NONE = b"\x021L01A1B2C3\nNM0000000\n\nNO NCIC WANT LIC/T0T123 LIS/NM\n\x03"

judge_message = Switch("127.0.0.1", 1, strong_context()).judge
Speak = Callable[[ssl.SSLSocket], None]


class Agency:
    """An authority, the context that trusts it, and servers with its certificates."""

    def __init__(self, home: Path) -> None:
        authority = Authority.create(KeyRing.create(home / "keys"))
        self.trust = strong_context(authority.certificate_pem)
        certificate, key = authority.issue_server(["127.0.0.1"])
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (home / "switch.pem").write_text(key + certificate)
        self.server.load_cert_chain(home / "switch.pem")

    @contextmanager
    def switch(self, speak: Speak, timeout: float = WITHIN) -> Iterator[Switch]:
        """A switch that runs `speak` on its first connection."""

        def work() -> None:
            try:
                plain, _ = listener.accept()
                with self.server.wrap_socket(plain, server_side=True) as connection:
                    speak(connection)
            except OSError:
                pass  # the client went away, as some tests intend

        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = Thread(target=work)
            thread.start()
            yield Switch("127.0.0.1", listener.getsockname()[1], self.trust, timeout)
            thread.join()


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Agency:
    return Agency(tmp_path_factory.mktemp("agency"))


def _says(answer: bytes) -> Speak:
    def speak(connection: ssl.SSLSocket) -> None:
        connection.recv(4096)
        connection.sendall(answer)

    return speak


def _ask(agency: Agency, speak: Speak, timeout: float = WITHIN) -> NcicAnswer:
    with agency.switch(speak, timeout) as switch:
        return switch.query(QUERY)


@pytest.mark.clause("5.h/query", "5.g/source", "5.g/maybe")
def test_a_hit_names_the_record_and_is_no_more_than_may_be(agency: Agency) -> None:
    answer = _ask(agency, _says(HIT))
    assert answer.outcome is QueryOutcome.HIT
    assert answer.raw == HIT.decode()[1:-1]  # word for word, without the connection's STX and ETX
    assert answer.records[0].nic == "V123456789"
    assert "STOLEN VEHICLE" in answer.detail
    assert "may be" in answer.detail


@pytest.mark.clause("5.g/maybe", "6.e.iv.3/ncic")
def test_what_to_do_is_never_left_out_of_a_long_answer() -> None:
    record = HIT[HIT.index(b"MKE") : -1].replace(b"STOLEN", b"STOLEN " * 10)
    hit = judge_message(QUERY, HIT[:-1] + b"\n" + b"\n".join([record] * 20) + b"\x03")
    assert len(hit.records) == 21
    assert "It may be this vehicle: have the entering agency confirm" in hit.detail
    assert "V123456789" in hit.detail
    down = Switch("a" * 600 + ".invalid", 1, strong_context()).query(QUERY)
    assert down.detail.endswith("do not act before (OPR:50 6.e.iv.3).")
    assert max(len(hit.detail), len(down.detail)) <= 300


@pytest.mark.clause("5.h/query")
def test_no_record_is_an_answer_too(agency: Agency) -> None:
    answer = _ask(agency, _says(NONE))
    assert (answer.outcome, answer.records) == (QueryOutcome.NO_RECORD, ())
    assert "no record of TOT123 NM" in answer.detail


def test_an_answer_in_pieces_is_put_together(agency: Agency) -> None:
    def speak(connection: ssl.SSLSocket) -> None:
        connection.recv(4096)
        for place in range(len(HIT)):
            connection.sendall(HIT[place : place + 1])

    assert _ask(agency, speak).outcome is QueryOutcome.HIT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (HIT[:-1], "cut off"),
        (HIT[:40], "cut off"),
        (HIT[1:], "not one message"),
        (HIT + HIT, "not one message"),
        (HIT[:20] + HIT, "not one message"),
        (b"\x02" + b"A" * 100_000, "longer than"),
        (HIT.replace(b"A1B2C3", b"A1B2C4"), "to another query"),
        (HIT.replace(b"T0T123", b"T0T124"), "about another plate"),
        (HIT.replace(b"LIS/NM", b"LIS/TX"), "about another plate"),
        (NONE.replace(b"T0T123", b"T0T124"), "about another plate"),
        (HIT.replace(b"STOLEN", b"ST\xd6LEN"), "not text"),
        (b"\x02\x03", "does not start"),
        (b"\x00", "not one message"),
    ],
)
def test_an_unusable_answer_is_garbled_stored_and_verifies_nothing(
    agency: Agency, answer: bytes, words: str
) -> None:
    result = _ask(agency, _says(answer))
    assert result.outcome is QueryOutcome.GARBLED
    assert words in result.detail
    assert "not verified" in result.detail
    assert answer.decode("latin-1").removeprefix("\x02").startswith(result.raw)
    assert result.records == ()


def test_silence_and_slowness_end_with_the_timeout(agency: Agency) -> None:
    def silent(connection: ssl.SSLSocket) -> None:
        connection.recv(4096)
        connection.recv(1)  # until the client gives up

    def dripping(connection: ssl.SSLSocket) -> None:
        while True:  # until the client is gone and sending fails
            connection.sendall(b"\x02")
            sleep(0.01)

    for speak in (silent, dripping):
        answer = _ask(agency, speak, timeout=0.3)
        assert answer.outcome is QueryOutcome.DOWN
        assert "within 0.3 seconds" in answer.detail


@contextmanager
def _deaf() -> Iterator[int]:
    """A port that neither accepts nor refuses connections."""
    with ExitStack() as opened:
        listener = opened.enter_context(socket.socket())
        listener.bind(("127.0.0.2", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_addresses_of_a_switch_share_the_timeout_and_a_dead_one_leaves_time_for_the_rest(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float | None] = []
    connect = socket.socket.connect

    class Counting(socket.socket):
        def connect(self, address: Any) -> None:
            tried.append(self.gettimeout())
            connect(self, address)

    with _deaf() as port, agency.switch(_says(HIT)) as switch:
        dead = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.2", port))
        live = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", switch.port))
        switch.timeout = 4.0
        monkeypatch.setattr(socket, "socket", Counting)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [dead, live])
        assert switch.query(QUERY).outcome is QueryOutcome.HIT
        switch.timeout = 0.4
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [dead] * 4)
        tried.clear()
        answer = switch.query(QUERY)
    assert answer.outcome is QueryOutcome.DOWN
    assert "within 0.4 seconds" in answer.detail
    assert sum(pause or 0 for pause in tried) <= 0.41


def test_a_switch_that_hangs_up_is_down(agency: Agency) -> None:
    answer = _ask(agency, lambda connection: None)
    assert answer.outcome is QueryOutcome.DOWN
    assert "not verified" in answer.detail


def test_a_refused_connection_and_a_wrong_address_are_down(agency: Agency) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for host, number in (("127.0.0.1", port), ("a" * 70 + ".invalid", 1), ("127.0.0.1", 10**6)):
        answer = Switch(host, number, agency.trust).query(QUERY)
        assert answer.outcome is QueryOutcome.DOWN
        assert "could not be reached" in answer.detail


@pytest.mark.clause("6.i.ii/devices", "SC-8/systems")
def test_a_switch_from_another_authority_gets_nothing(agency: Agency, tmp_path: Path) -> None:
    received: list[bytes] = []
    stranger = Agency(tmp_path)
    stranger.trust = agency.trust
    answer = _ask(stranger, lambda connection: received.append(connection.recv(4096)))
    assert answer.outcome is QueryOutcome.DOWN
    assert "securely" in answer.detail
    assert received == []


@pytest.mark.clause("6.i.ii/tls", "SC-8/systems")
def test_a_switch_without_tls_gets_nothing(agency: Agency) -> None:
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def work() -> None:
            connection, _ = listener.accept()
            with connection, suppress(ConnectionResetError):
                connection.sendall(HIT)
                while chunk := connection.recv(4096):
                    received.append(chunk)

        thread = Thread(target=work)
        thread.start()
        answer = Switch("127.0.0.1", listener.getsockname()[1], agency.trust).query(QUERY)
        thread.join()
    assert answer.outcome is QueryOutcome.DOWN
    assert b"TOT123" not in b"".join(received)


@pytest.mark.clause("SC-13/suites")
def test_a_switch_without_aes_gets_nothing(tmp_path: Path) -> None:
    received: list[bytes] = []
    agency = Agency(tmp_path)
    agency.server.maximum_version = ssl.TLSVersion.TLSv1_2
    agency.server.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")
    answer = _ask(agency, lambda connection: received.append(connection.recv(4096)))
    assert answer.outcome is QueryOutcome.DOWN
    assert "SC-13" in answer.detail
    assert "not verified" in answer.detail
    assert b"".join(received) == b""


@pytest.mark.clause("6.i.ii/tls", "SC-8/systems")
@pytest.mark.parametrize("weakness", ["old TLS", "any name", "any certificate"])
def test_a_weak_context_is_refused_before_anything_is_asked(agency: Agency, weakness: str) -> None:
    context = strong_context()
    match weakness:
        case "old TLS":
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        case "any name":
            context.check_hostname = False
        case "any certificate":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
    with pytest.raises(InsecureLink, match=r"6\.i\.ii"):
        Switch("127.0.0.1", 1, context)


@given(
    st.binary(max_size=300)
    | st.tuples(st.integers(0, len(HIT)), st.binary(max_size=5)).map(
        lambda bent: HIT[: bent[0]] + bent[1] + HIT[bent[0] :]
    )
)
def test_whatever_comes_is_an_answer_and_a_sentence(message: bytes) -> None:
    answer = judge_message(QUERY, message)
    assert isinstance(answer.outcome, QueryOutcome)
    assert answer.detail.endswith(".")
    assert len(answer.detail) <= 300
    assert (answer.outcome is QueryOutcome.HIT) == bool(answer.records)
