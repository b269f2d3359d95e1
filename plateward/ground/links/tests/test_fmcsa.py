"""The client of QCMobile: tested with real captures and on a real socket of the simulator. Carriers are invented."""

import logging
import ssl
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.links.fmcsa import (
    Fmcsa,
    FmcsaOutcome,
    NoFmcsaAnswer,
    authorities_of,
    carrier_of,
    orders_of,
)
from plateward.ground.links.secure import InsecureLink, strong_context
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.simulators.fmcsa import FmcsaMode, FmcsaSimulator, SimulatedCarrier, carrier_content
from plateward.testing import reference_path
from plateward.testing.waiting import WITHIN

KEY = "s3cret-k3y/of&ours"
MESA = SimulatedCarrier(
    1234567, "MESA FREIGHT LLC", authorities=((900001, "A"),), orders=(("2019-05-01", "FEE NOT PAID"),)
)
STOPPED = SimulatedCarrier(
    7654321,
    "GHOST HAULING INC",
    allowed=False,
    orders=(("2026-01-15", "IMMINENT HAZARD"),),
    authorities=((900002, "I"),),
)


class Site:
    """The simulator, and a context that trusts it."""

    def __init__(self, simulator: FmcsaSimulator, trust: ssl.SSLContext) -> None:
        self.simulator, self.trust = simulator, trust

    def client(self, key: str = KEY, timeout: float = WITHIN) -> Fmcsa:
        return Fmcsa("127.0.0.1", self.simulator.port, key, self.trust, timeout)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("site")
    authority = Authority.create(KeyRing.create(home / "keys"))
    for name, pem in zip(("crt", "key"), authority.issue_server(["127.0.0.1"]), strict=True):
        Path(home, name).write_text(pem)
    trust = strong_context(authority.certificate_pem)
    with FmcsaSimulator([MESA, STOPPED], KEY, home / "crt", home / "key", delay=0.0) as simulator:
        yield Site(simulator, trust)


@pytest.fixture
def site(place: Site) -> Iterator[Site]:
    yield place
    place.simulator.mode = FmcsaMode.NORMAL


@pytest.mark.clause("5.j/query")
def test_a_carrier_comes_with_its_orders_and_authorities(site: Site) -> None:
    answer = site.client().carrier("1234567")
    assert answer.outcome is FmcsaOutcome.KNOWN
    assert answer.carrier
    assert (answer.carrier.name, answer.carrier.allowed, answer.carrier.since) == (
        "MESA FREIGHT LLC",
        True,
        None,
    )
    assert answer.carrier.orders == (("2019-05-01", "FEE NOT PAID"),)
    assert [authority[:2] for authority in answer.carrier.authorities] == [("MC900001", "A")]
    assert '"legalName": "MESA FREIGHT LLC"' in answer.raw
    stopped = site.client().carrier("7654321").carrier
    assert stopped
    assert (stopped.allowed, str(stopped.since)) == (False, "2026-01-15")


def test_a_number_of_nobody_is_unknown(site: Site) -> None:
    answer = site.client().carrier("1")
    assert (answer.outcome, answer.carrier) == (FmcsaOutcome.UNKNOWN, None)


@pytest.mark.parametrize(
    ("mode", "outcome", "words"),
    [
        (FmcsaMode.GARBLED, FmcsaOutcome.GARBLED, "not a response"),
        (FmcsaMode.DEEP, FmcsaOutcome.GARBLED, "not a response"),
        (FmcsaMode.OTHER_ANSWER, FmcsaOutcome.GARBLED, "another carrier"),
        (FmcsaMode.ERROR, FmcsaOutcome.UNREACHABLE, "HTTP 500"),
        (FmcsaMode.REFUSE, FmcsaOutcome.UNREACHABLE, "could not be reached"),
        (FmcsaMode.SILENT, FmcsaOutcome.UNREACHABLE, "within 0.5 seconds"),
        (FmcsaMode.DRIP, FmcsaOutcome.UNREACHABLE, "within 0.5 seconds"),
    ],
)
def test_what_cannot_be_used_says_nothing_of_the_carrier(
    site: Site, mode: FmcsaMode, outcome: FmcsaOutcome, words: str
) -> None:
    site.simulator.mode = mode
    answer = site.client(timeout=0.5 if "0.5" in words else WITHIN).carrier("1234567")
    assert (answer.outcome, answer.carrier) == (outcome, None)
    assert words in answer.detail


@pytest.mark.clause("SC-8/systems")
def test_the_key_stands_in_no_answer_error_or_log(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    texts: list[str] = []
    refused = site.client("wrong-" + KEY).carrier("1234567")
    assert "does not accept this agency's key" in refused.detail
    for mode in (FmcsaMode.NORMAL, FmcsaMode.REFUSE, FmcsaMode.ERROR):
        site.simulator.mode = mode
        texts.append(repr(site.client().carrier("1234567")))
    gone = Fmcsa("127.0.0.1", 1, KEY, site.trust)
    texts.append(repr(gone.carrier("1234567")))
    try:
        gone._carrier(1234567, texts)
    except NoFmcsaAnswer:
        texts.append(traceback.format_exc())
    assert "could not be reached" in texts[-1]
    texts += [repr(refused), repr(site.client()), caplog.text]
    for form in (KEY, "s3cret"):
        assert form not in "".join(texts)


@pytest.mark.clause("6.i.ii/devices", "SC-8/systems")
def test_fmcsa_of_another_authority_is_told_nothing(site: Site) -> None:
    before = len(site.simulator.queries)
    answer = Fmcsa("127.0.0.1", site.simulator.port, KEY, strong_context()).carrier("1")
    assert answer.outcome is FmcsaOutcome.UNREACHABLE
    assert len(site.simulator.queries) == before
    weak = strong_context()
    weak.check_hostname = False
    with pytest.raises(InsecureLink, match=r"6\.i\.ii"):
        Fmcsa("127.0.0.1", 1, KEY, weak)


def _capture(name: str) -> bytes:
    return reference_path("formats", "fmcsa", name).read_bytes()


@pytest.mark.clause("5.j/query")
def test_real_captures_are_understood() -> None:
    carrier = carrier_of(158121, 200, _capture("carrierRes.json"))
    assert carrier
    assert (carrier.allowed_to_operate, carrier.oos_date) == ("Y", None)
    assert len(orders_of(885213, 200, _capture("oosRes.json"))) == 1  # the same order, twice
    [(docket, common, _, broker)] = authorities_of(53467, 200, _capture("authorityRes.json"))
    assert (docket, common, broker) == ("MC138328", "A", "A")
    for judge in (carrier_of, orders_of, authorities_of):
        with pytest.raises(NoFmcsaAnswer, match="key"):
            judge(1, 200, _capture("errRes.json"))


def test_real_captures_of_another_carrier_or_of_several_are_refused() -> None:
    for judge, name in (
        (carrier_of, "carrierRes.json"),
        (orders_of, "oosRes.json"),
        (authorities_of, "authorityRes.json"),
    ):
        with pytest.raises(NoFmcsaAnswer, match="another carrier"):
            judge(1, 200, _capture(name))
    with pytest.raises(NoFmcsaAnswer, match="another carrier"):
        carrier_of(158121, 200, _capture("carriers_by_docket_or_name.json"))


PAGES = [
    msgspec.json.encode({"content": carrier_content(STOPPED, part)}) for part in (None, "oos", "authority")
]


@given(
    st.binary(max_size=200)
    | st.tuples(st.sampled_from(PAGES), st.integers(0, 300), st.integers(0, 9), st.binary(max_size=9)).map(
        lambda bent: bent[0][: bent[1]] + bent[3] + bent[0][bent[1] + bent[2] :]
    ),
    st.sampled_from([200, 404, 500]),
)
def test_whatever_comes_is_understood_or_no_answer(body: bytes, status: int) -> None:
    for judge in (carrier_of, orders_of, authorities_of):
        with suppress(NoFmcsaAnswer):
            judge(7654321, status, body)
