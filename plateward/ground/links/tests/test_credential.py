"""CAD knows the hub by a token or a certificate: right, wrong, missing; and neither leaks."""

import logging
from pathlib import Path
from uuid import uuid4

import pytest

from plateward.ground.links.cad import Cad, CadOutcome, DocumentFate
from plateward.ground.links.secure import BadCredential, bearer
from plateward.ground.links.testing import Site, make_site
from plateward.ground.links.tests.incident import DOCUMENT, NUMBER
from plateward.simulators.cad import CadSimulator, SimulatedIncident

pytestmark = pytest.mark.clause("6.i.ii/devices")
TOKEN = "t0ken-of-the-test-cad-0123456789"
WRONG = {"missing": "", "wrong": TOKEN[::-1], "nearly": TOKEN[:-1]}


def test_cad_answers_clients_with_its_token(site: Site) -> None:
    with CadSimulator([SimulatedIncident(NUMBER)], *site.server, token=TOKEN) as cad:
        cad_client = Cad("127.0.0.1", cad.port, site.trust, token=TOKEN)
        assert cad_client.look_up(NUMBER).outcome is CadOutcome.KNOWN
        assert cad_client.send(uuid4(), DOCUMENT).fate is DocumentFate.TAKEN


@pytest.mark.parametrize("token", WRONG.values(), ids=WRONG)
def test_a_wrong_or_missing_token_is_reported_and_nothing_is_taken_or_lost(site: Site, token: str) -> None:
    with CadSimulator([SimulatedIncident(NUMBER)], *site.server, token=TOKEN) as cad:
        cad_client = Cad("127.0.0.1", cad.port, site.trust, token=token)
        answer, receipt = cad_client.look_up(NUMBER), cad_client.send(uuid4(), DOCUMENT)
        assert cad.queries == cad.sent == []
    assert (answer.outcome, receipt.fate) == (
        CadOutcome.UNREACHABLE,
        DocumentFate.UNHEARD,
    )  # the message waits
    for detail in (answer.detail, receipt.detail):
        assert (
            detail == "CAD does not accept this hub's credential (HTTP 401): notify the ALPR administrator."
        )


@pytest.mark.clause("SC-8/systems")
def test_cad_answers_whoever_has_its_certificate(site: Site, tmp_path: Path) -> None:
    stranger = make_site(tmp_path)
    false = site.trust
    false.load_cert_chain(*stranger.client)
    with CadSimulator([SimulatedIncident(NUMBER)], *site.server, clients=site.authority) as cad:
        assert (
            Cad("127.0.0.1", cad.port, site.trust_and_certificate()).look_up(NUMBER).outcome
            is CadOutcome.KNOWN
        )
        for context in (site.trust, false):
            answer = Cad("127.0.0.1", cad.port, context).look_up(NUMBER)
            assert answer.outcome is CadOutcome.UNREACHABLE
            assert "could not be reached" in answer.detail
        assert cad.queries == [NUMBER]


@pytest.mark.parametrize(
    "token", ["short", "with a blank in it 12345", f"{TOKEN}\nX-Evil: 1", "x" * 5000, "ключ" * 8]
)
def test_what_can_be_no_token_is_refused_without_a_word_of_it(site: Site, token: str) -> None:
    with pytest.raises(BadCredential) as refused:
        Cad("127.0.0.1", 1, site.trust, token=token)
    assert token not in str(refused.value)


def test_no_token_shows_nothing() -> None:
    assert bearer("", "CAD") == {}


def test_a_token_is_in_no_log_and_no_answer(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with CadSimulator(
        [SimulatedIncident(NUMBER)], *site.server, token="another-token-of-32-characters-0"
    ) as cad:
        cad_client = Cad("127.0.0.1", cad.port, site.trust, token=TOKEN)
        answers = [cad_client.look_up(NUMBER), cad_client.send(uuid4(), DOCUMENT)]
    answers.append(Cad("127.0.0.1", 9, site.trust, token=TOKEN).look_up(NUMBER))
    assert TOKEN not in repr(answers) + repr(cad_client) + str(cad_client)
    assert TOKEN not in "".join(f"{record.getMessage()}{record.args}" for record in caplog.records)
