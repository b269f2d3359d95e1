"""Hit confirmation, vehicle status and the mailbox, in both dialects, against the simulated switch on a real socket."""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.links.ncic import legacy, xml
from plateward.ground.links.ncic.hit import (
    HitConfirmationRequest,
    Priority,
    RecordVerdict,
    is_answer_to,
    read_response,
)
from plateward.ground.links.ncic.messages import Garbled, QueryRefused, SwitchMessage, new_id
from plateward.ground.links.ncic.query import NcicQuery, QueryOutcome, StatusQuery
from plateward.ground.links.ncic.switch import Dialect, Mail, NoSwitchAnswer, SentRequest, Switch
from plateward.ground.links.secure import strong_context
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.simulators.ncic import NcicMode, NcicSimulator, RecordOnFile, Reply, Truck
from plateward.testing.waiting import WITHIN

ORI = "NM0000000"
STOLEN = RecordOnFile("TST123", "NM", nic="V000000001", ori="TX0000000", oca="26-000123")
BUSY = replace(STOLEN, plate="BSY001", mode=NcicMode.SILENT)
TRUCK = Truck("TRK700", "NM", dot="1234567", out_of_service=True, since="20260115")


class Site:
    """A simulated switch, and a client of it in one dialect."""

    def __init__(self, simulator: NcicSimulator, trust: ssl.SSLContext) -> None:
        self.simulator, self.trust = simulator, trust

    def client(self, dialect: Dialect, timeout: float = WITHIN) -> Switch:
        return Switch("127.0.0.1", self.simulator.port, self.trust, timeout, dialect)

    def behaves(self, reply: Reply, verdict: str = "Y") -> None:
        self.simulator.records = [replace(STOLEN, reply=reply, verdict=verdict), BUSY]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("site")
    authority = Authority.create(KeyRing.create(home / "keys"))
    for name, pem in zip(("crt", "key"), authority.issue_server(["127.0.0.1"]), strict=True):
        Path(home, name).write_text(pem)
    trust = strong_context(authority.certificate_pem)
    with NcicSimulator([], home / "crt", home / "key", trucks=[TRUCK], delay=0.0) as simulator:
        yield Site(simulator, trust)


@pytest.fixture(params=list(Dialect))
def client(place: Site, request: pytest.FixtureRequest) -> Switch:
    place.behaves(Reply.MAILED)
    assert not len(place.simulator.post)
    return place.client(request.param)


def request_for(**changes: Any) -> HitConfirmationRequest:
    values: dict[str, Any] = {
        "id": new_id(),
        "ori": ORI,
        "to": "TX0000000",
        "number": 1,
        "priority": Priority.URGENT,
        "oca": "26-000123",
        "nic": "V000000001",
        "plate": "TST123",
        "state": "NM",
        "operator": "Ada Archuleta",
        "reason": "LPR alert 12",
    }
    return HitConfirmationRequest(**(values | changes))


def fetched(client: Switch) -> list[Mail]:
    mail: list[Mail] = []
    assert client.collect(ORI, mail.append) == len(mail)
    return mail


@pytest.mark.clause("5.h/query")
def test_a_request_goes_out_in_the_documented_order_of_fields() -> None:
    text = legacy.render(request_for(id="A1")).decode()
    assert text == (
        "1N01A1.YQ.NM0000000.TX0000000.TXT\n"
        "RTY/SV.RNO/1.PRI/U.OCA/26-000123.NIC/V000000001.LIC/TST123.LIS/NM.ATN/ADA ARCHULETA LPR ALERT 12"
    )


@pytest.mark.clause("5.h/query")
def test_the_answer_waits_in_the_mailbox_and_matches_this_request(place: Site, client: Switch) -> None:
    request = request_for()
    result = client.confirm(request)
    assert (result.outcome, result.response) == (QueryOutcome.HIT, None)
    [mail] = fetched(client)
    assert mail.response
    assert mail.response.verdict is RecordVerdict.VALID
    assert is_answer_to(mail.response, request)
    for other in (
        request_for(), replace(request, number=2), replace(request, oca="26-9"), replace(request, to="AZ0000000"),
        replace(request, nic="V000000002"), replace(request, plate="TST124"),
    ):  # fmt: skip
        assert not is_answer_to(mail.response, other)
    assert fetched(client) == []


@pytest.mark.parametrize("verdict", list(RecordVerdict))
def test_an_agency_may_answer_in_the_same_breath(place: Site, client: Switch, verdict: RecordVerdict) -> None:
    place.behaves(Reply.AT_ONCE, verdict)
    result = client.confirm(request_for())
    assert result.response
    assert result.response.verdict is verdict
    assert fetched(client) == []


def test_repeated_misdirected_or_nonsense_mail_is_handed_on_as_such(place: Site, client: Switch) -> None:
    request = request_for()
    for reply in (Reply.DUPLICATE, Reply.OTHER, Reply.GARBLED, Reply.NEVER):
        place.behaves(reply)
        client.confirm(request)
    first, again, other, nonsense = fetched(client)
    assert first == again
    assert first.response is not None
    assert other.response is not None
    assert is_answer_to(first.response, request)
    assert not is_answer_to(other.response, request)
    assert (nonsense.response, nonsense.raw[:4]) == (None, "1L01")


def test_what_was_not_taken_comes_again(place: Site, client: Switch) -> None:
    client.confirm(request_for())

    def fails(mail: Mail) -> None:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            client.collect(ORI, fails)
    assert len(fetched(client)) == 1


def test_a_message_too_long_stands_in_no_other_s_way(place: Site, client: Switch) -> None:
    place.simulator.post.put(ORI, b"A" * 200_000)
    client.confirm(request_for())
    long, sound = fetched(client)
    assert "longer than" in long.why
    assert sound.response


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        (NcicMode.GARBLED, QueryOutcome.GARBLED),
        (NcicMode.OTHER_ANSWER, QueryOutcome.GARBLED),
        (NcicMode.REFUSE, QueryOutcome.DOWN),
    ],
)
def test_a_wrong_or_unreachable_switch_is_reported_as_such(
    place: Site, client: Switch, mode: NcicMode, outcome: QueryOutcome
) -> None:
    place.simulator.mode = mode
    try:
        result = client.confirm(request_for())
        status = client.status(StatusQuery(new_id(), "TRK700", "NM", ORI, "", ""))
        if mode is NcicMode.REFUSE:
            with pytest.raises(NoSwitchAnswer):
                fetched(client)
    finally:
        place.simulator.mode = NcicMode.NORMAL
        place.simulator.post.drop(ORI, place.simulator.post.oldest(ORI) or b"")
    assert (result.outcome, status.outcome) == (outcome, outcome)
    assert result.gone
    assert "may not have been sent" in result.detail
    assert status.detail.startswith("FMCSA ")


@pytest.mark.clause("5.h/query")
def test_ncic_is_asked_in_either_dialect(place: Site, client: Switch) -> None:
    place.simulator.records = [STOLEN, replace(STOLEN, nic="P000000001", reason="STOLEN PLATE")]
    query = NcicQuery(new_id(), "TST123", "NM", ORI, "Ada Archuleta", "LPR alert 12")
    answer = client.query(query)
    assert [(record.nic, record.ori, record.oca) for record in answer.records] == [
        ("V000000001", "TX0000000", "26-000123"), ("P000000001", "TX0000000", "26-000123"),
    ]  # fmt: skip
    assert client.query(replace(query, plate="TST124")).outcome is QueryOutcome.NO_RECORD


@pytest.mark.clause("5.j/query")
def test_prism_tells_the_carrier_and_whether_the_vehicle_is_out_of_service(client: Switch) -> None:
    status = client.status(StatusQuery(new_id(), "TRK7OO", "NM", ORI, "Dario Duran", "LPR alert 12"))
    assert status.vehicle
    assert (status.vehicle.dot, status.vehicle.out_of_service) == ("1234567", True)
    assert str(status.vehicle.since) == "2026-01-15"
    unknown = client.status(StatusQuery(new_id(), "TST123", "NM", ORI, "", ""))
    assert (unknown.outcome, unknown.vehicle) == (QueryOutcome.NO_RECORD, None)


@pytest.mark.parametrize(
    "changes", [{"to": "TX"}, {"oca": ""}, {"oca": "26.1"}, {"nic": "1"}, {"plate": "TST 123"}, {"state": ""}]
)
def test_what_cannot_go_through_the_switch_is_refused_with_help(changes: dict[str, str]) -> None:
    with pytest.raises(QueryRefused, match="Correct it"):
        request_for(**changes)


YR = b"1L01A1\nNM0000000\n\nYR.TX0000000.NM0000000.TXT\nRTY/SV.RNO/1.PRI/U.OCA/26-1.NIC/V000000001.LIC/TST123.CON/Y\n"


@pytest.mark.parametrize(
    "wrong",
    [
        (b"YR.TX", b"XR.TX"), (b".NM0000000.TXT", b".NM0000001.TXT"), (b"RNO/1", b"RNO/4"), (b"RNO/1", b"RNO/"),
        (b"CON/Y", b"CON/X"), (b".CON/Y", b""), (b"OCA/26-1", b"OCA/"), (b"NIC/V", b"NIC/"), (b"LIC/TST123", b""),
        (b"CON/Y", b"CON/Y.CON/N"), (b"CON/Y", b"CON/Y.RMK/\x1b[2J"),
    ],
)  # fmt: skip
def test_a_response_that_is_not_whole_is_none(wrong: tuple[bytes, bytes]) -> None:
    assert read_response(legacy.read(YR)).verdict is RecordVerdict.VALID
    with pytest.raises(Garbled):
        read_response(legacy.read(YR.replace(*wrong)))


@given(st.integers(0, len(YR)), st.integers(0, 9), st.binary(max_size=9))
def test_any_bent_response_is_one_or_garbled(at: int, cut: int, put: bytes) -> None:
    with suppress(Garbled):
        assert read_response(legacy.read(YR[:at] + put + YR[at + cut :])).number in (1, 2, 3)


SOUND = (
    b'<m:Answer xmlns:m="urn:plateward:message-switch:1.0" xmlns:nc="http://release.niem.gov/niem/niem-core/5.0/"'
    b' xmlns:j="http://release.niem.gov/niem/domains/jxdm/7.0/">'
    b"<nc:DocumentFileControlID>A1</nc:DocumentFileControlID><j:OrganizationORIID>NM0000000</j:OrganizationORIID>"
    b"<m:Part><nc:ConveyanceRegistrationPlateID>TST123</nc:ConveyanceRegistrationPlateID></m:Part></m:Answer>"
)
BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>'


def test_xml_is_read_by_its_names_whatever_their_prefixes() -> None:
    answer = xml.read(SOUND.replace(b"nc:", b"x:").replace(b":nc=", b":x="))
    assert (answer.id, answer.ori) == ("A1", "NM0000000")
    assert answer.only().fields == {"LIC": "TST123"}


@pytest.mark.parametrize(
    "message",
    [
        b"", b"<", b"<a/>", SOUND[:-1], SOUND.replace(b"Answer", b"Question"), BOMB + SOUND.replace(b"TST123", b"&c;"),
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + SOUND, SOUND.replace(b"TST123", "ÄÖÜ".encode()),
        SOUND.replace(b"TST123", b"\xff"), SOUND.replace(b"TST123", b"<b>TST123</b>"),
        SOUND.replace(b"<m:Part>", b"<m:Part>" + b"<a>" * 9000 + b"</a>" * 9000),
        SOUND.replace(b"<m:Part>", b"<m:Part/>" * 300 + b"<m:Part>"),
        SOUND.replace(b"</m:Part>", b"<nc:ConveyanceRegistrationPlateID>A</nc:ConveyanceRegistrationPlateID></m:Part>"),
        b'<?xml version="1.0" encoding="klingon"?>' + SOUND,
    ],
)  # fmt: skip
def test_xml_that_is_no_answer_or_a_bomb_is_garbled(message: bytes) -> None:
    with pytest.raises(Garbled):
        xml.read(message)


@given(
    st.binary(max_size=200)
    | st.tuples(st.integers(0, len(SOUND)), st.integers(0, 9), st.binary(max_size=9)).map(
        lambda bent: SOUND[: bent[0]] + bent[2] + SOUND[bent[0] + bent[1] :]
    )
)
def test_any_xml_is_a_message_or_garbled(content: bytes) -> None:
    with suppress(Garbled):
        assert isinstance(xml.read(content), SwitchMessage)


def test_a_silent_switch_is_waited_for_no_longer_than_the_timeout(place: Site) -> None:
    place.behaves(Reply.MAILED)
    unsent = Switch("127.0.0.1", 1, place.trust).confirm(request_for())
    assert not unsent.gone
    assert "was not sent" in unsent.detail
    answer = place.client(Dialect.LEGACY, timeout=1.5).confirm(request_for(plate="BSY001"))
    assert isinstance(answer, SentRequest)
    assert "within 1.5 seconds" in answer.detail
