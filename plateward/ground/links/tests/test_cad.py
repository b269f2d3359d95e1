"""CAD's client against servers that speak HTTPS on real sockets; `plateward.simulators` has its own tests."""

import json
import ssl
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.links import eido as documents
from plateward.ground.links.cad import (
    ANSWER_AT_MOST,
    Cad,
    CadOutcome,
    DocumentFate,
    accepted_incident,
    incident_in_answer,
)
from plateward.ground.links.https import NoAnswer
from plateward.ground.links.secure import InsecureLink, strong_context
from plateward.ground.links.tests.incident import DOCUMENT, NUMBER
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.simulators.cad import CadMode, CadSimulator, SimulatedIncident, eido
from plateward.testing import reference_path
from plateward.testing.waiting import WITHIN


class Site:
    """An authority, a certificate from it, and a context that trusts it."""

    def __init__(self, home: Path) -> None:
        authority = Authority.create(KeyRing.create(home / "keys"))
        self.trust = strong_context(authority.certificate_pem)
        self.files = home / "cad.pem", home / "cad.key"
        for path, pem in zip(self.files, authority.issue_server(["127.0.0.1"]), strict=True):
            path.write_text(pem)

    def ask(self, port: int, number: str = NUMBER, timeout: float = WITHIN) -> tuple[CadOutcome, str]:
        answer = Cad("127.0.0.1", port, self.trust, timeout).look_up(number)
        return answer.outcome, answer.detail

    def tell(self, port: int, id: UUID, timeout: float = WITHIN) -> tuple[DocumentFate, str]:
        receipt = Cad("127.0.0.1", port, self.trust, timeout).send(id, DOCUMENT)
        return receipt.fate, receipt.incident.number if receipt.incident else receipt.detail


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


@pytest.mark.clause("6.a.iii/known")
def test_it_knows_what_cad_knows(site: Site) -> None:
    with CadSimulator([SimulatedIncident(NUMBER)], *site.files) as cad:
        assert site.ask(cad.port) == (CadOutcome.KNOWN, f"CAD has {NUMBER}.")
        assert site.ask(cad.port, "2026-00413")[0] is CadOutcome.UNKNOWN
        assert site.ask(cad.port, "a/b?c#d")[0] is CadOutcome.UNKNOWN
        assert cad.queries == [NUMBER, "2026-00413", "a/b?c#d"]


@pytest.mark.clause("6.a.iii/outage")
@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (CadMode.ERROR, "refused the request (HTTP 503)"),
        (CadMode.GARBLED, "is not an EIDO"),
        (CadMode.OTHER_ANSWER, "about another incident"),
        (CadMode.REFUSE, "could not be reached"),
        (CadMode.SILENT, "did not answer within 0.5 seconds"),
        (CadMode.DRIP, "did not answer within 0.5 seconds"),
    ],
)
def test_a_bad_answer_is_neither_yes_nor_no(site: Site, mode: CadMode, words: str) -> None:
    with CadSimulator([SimulatedIncident(NUMBER)], *site.files, mode=mode) as cad:
        outcome, detail = site.ask(cad.port, timeout=0.5 if "0.5" in words else WITHIN)
    assert outcome is CadOutcome.UNREACHABLE
    assert words in detail


@pytest.mark.clause("6.i.ii/devices", "SC-8/systems")
def test_a_cad_that_cannot_prove_its_name_is_not_asked(site: Site, tmp_path: Path) -> None:
    other = Site(tmp_path)
    with CadSimulator([SimulatedIncident(NUMBER)], *other.files) as cad:
        assert site.ask(cad.port)[0] is CadOutcome.UNREACHABLE
        assert cad.queries == []
    with CadSimulator([SimulatedIncident(NUMBER)], *site.files) as cad:
        answer = Cad("localhost", cad.port, site.trust).look_up(NUMBER)  # the certificate names the address
        assert answer.outcome is CadOutcome.UNREACHABLE
        assert cad.queries == []


@pytest.mark.clause("6.i.ii/tls", "6.i.ii/devices")
def test_a_context_that_would_take_anything_is_refused() -> None:
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lax.check_hostname = False
    lax.verify_mode = ssl.CERT_NONE
    with pytest.raises(InsecureLink, match=r"6\.i\.ii"):
        Cad("127.0.0.1", 1, lax)


def test_where_nothing_listens_it_says_so(site: Site) -> None:
    outcome, detail = site.ask(9)
    assert outcome is CadOutcome.UNREACHABLE
    assert "could not be reached" in detail


@pytest.mark.parametrize("missing", ["$id", "eidoVersion", "agencyComponent", "lastUpdateTimeStamp"])
def test_an_object_without_what_eido_requires_is_no_answer(missing: str) -> None:
    whole = eido(SimulatedIncident(NUMBER))
    assert incident_in_answer(NUMBER, 200, json.dumps(whole).encode())
    with pytest.raises(NoAnswer):
        incident_in_answer(NUMBER, 200, json.dumps({**whole, missing: None}).encode())


def test_an_object_as_cads_write_them_is_known_by_the_number_in_its_urn() -> None:
    sample = reference_path("formats", "eido", "Sample_call_transfer_EIDO.json").read_bytes()
    assert incident_in_answer("a56e556d871", 200, sample)
    with pytest.raises(NoAnswer):
        incident_in_answer("a56e556d872", 200, sample)


@pytest.mark.clause("6.e.vii/type")
def test_a_message_is_taken_once_however_often_it_is_sent(site: Site) -> None:
    first, second = uuid4(), uuid4()
    with CadSimulator([], *site.files) as cad:
        fate, number = site.tell(cad.port, first)
        assert (fate, len(cad.calls.calls)) == (DocumentFate.TAKEN, 1)
        assert site.tell(cad.port, second) == site.tell(cad.port, first) == (DocumentFate.TAKEN, number)
        assert cad.calls.taken == [str(first), str(second)]
        assert len(cad.sent) == 3
        assert site.ask(cad.port, number)[0] is CadOutcome.KNOWN


@pytest.mark.clause("6.e.vii/type")
def test_an_answer_that_is_lost_leaves_it_open_whether_cad_took_it(site: Site) -> None:
    id = uuid4()
    with CadSimulator([], *site.files, mode=CadMode.LOSE_ANSWER) as cad:
        assert site.tell(cad.port, id)[0] is DocumentFate.UNHEARD
        assert cad.calls.taken == [str(id)]
        cad.mode = CadMode.NORMAL
        assert site.tell(cad.port, id)[0] is DocumentFate.TAKEN
        assert cad.calls.taken == [str(id)]


@pytest.mark.clause("6.e.vii/type")
@pytest.mark.parametrize(
    ("mode", "fate", "words"),
    [
        (CadMode.TURN_DOWN, DocumentFate.REFUSED, "refused it (HTTP 422)"),
        (CadMode.ERROR, DocumentFate.UNHEARD, "refused the request (HTTP 503)"),
        (CadMode.GARBLED, DocumentFate.UNHEARD, "is not an EIDO"),
        (CadMode.OTHER_ANSWER, DocumentFate.UNHEARD, "about another incident"),
        (CadMode.REFUSE, DocumentFate.UNHEARD, "could not be reached"),
        (CadMode.SILENT, DocumentFate.UNHEARD, "did not answer within 0.5 seconds"),
    ],
)
def test_a_message_without_cads_receipt_counts_as_not_taken(
    site: Site, mode: CadMode, fate: DocumentFate, words: str
) -> None:
    with CadSimulator([], *site.files, mode=mode) as cad:
        actual, detail = site.tell(cad.port, uuid4(), timeout=0.5 if "0.5" in words else WITHIN)
    assert actual is fate
    assert words in detail


def test_an_answer_without_a_number_does_not_say_that_it_was_taken() -> None:
    with pytest.raises(NoAnswer, match="no number"):
        accepted_incident(DOCUMENT, 200, DOCUMENT)


@pytest.mark.clause("6.e.vii/closing")
def test_what_cad_did_by_itself_is_heard(site: Site) -> None:
    with CadSimulator([], *site.files) as cad:
        _, number = site.tell(cad.port, uuid4())
        cad.calls.assign(number, "Unit 14")
        cad.calls.cancel(number)
        incident = Cad("127.0.0.1", cad.port, site.trust).look_up(number).incident
    assert incident is not None
    assert (incident.status, [unit.name for unit in incident.units]) == (
        documents.IncidentStatus.CANCELLED,
        ["Unit 14"],
    )


@given(st.integers(100, 599), st.binary(max_size=100))
def test_no_answer_can_make_it_fail_or_say_that_it_knows(status: int, body: bytes) -> None:
    try:
        assert incident_in_answer(NUMBER, status, body) is None
        assert status == 404
    except NoAnswer:
        pass


def test_an_answer_without_end_is_cut_off(site: Site) -> None:
    long = SimulatedIncident(NUMBER, "x" * ANSWER_AT_MOST)
    with CadSimulator([long], *site.files) as cad:
        outcome, detail = site.ask(cad.port)
    assert outcome is CadOutcome.UNREACHABLE
    assert "too much for an answer" in detail
