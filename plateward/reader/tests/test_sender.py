import io
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest

from plateward.ground.wire.placement import Zone
from plateward.ground.wire.where import DropReason
from plateward.reader import sender as sender_module
from plateward.reader.alarm import ReaderLog
from plateward.reader.alarms import Alarms
from plateward.reader.batches import Batches
from plateward.reader.errors import HubAway, HubRefuses
from plateward.reader.hotlist import LocalHotList
from plateward.reader.hub import Hub as Link
from plateward.reader.hub import tls_context
from plateward.reader.placement import Drops, LocalPlacement
from plateward.reader.sender import Sender
from plateward.reader.spool import Spool
from plateward.reader.stores import Stores
from plateward.reader.tests.stand_ins import NOON, Agency, Hub, entry, made
from plateward.testing.waiting import WITHIN, wait_until

Start = Callable[[], Sender]


@pytest.fixture
def link(hub: Hub, agency: Agency) -> Link:
    return connect(agency, hub.url)


def connect(agency: Agency, url: str, authority_pem: str | None = None) -> Link:
    ring, enrollment = agency.home.open()
    context = tls_context(
        authority_pem or enrollment.authority_pem, agency.home.certificate, agency.home.tls_key
    )
    return Link(url, "unit-12", ring.signing("reader"), lambda: context, httpx.Timeout(1.5))


@pytest.fixture
def hotlist(hub: Hub, agency: Agency, output: list[str]) -> LocalHotList:
    hub_key = agency.ring.signing("hotlist").public_key()
    return LocalHotList(agency.home.hotlist, bytes(32), hub_key, output.append)


@pytest.fixture
def spool(hub: Hub, agency: Agency, output: list[str]) -> Spool:
    return Spool(agency.home.spool, bytes(32), output.append)


@pytest.fixture
def placement(hub: Hub, agency: Agency, output: list[str]) -> LocalPlacement:
    hub_key = agency.ring.signing("hotlist").public_key()
    return LocalPlacement(agency.home.placement, bytes(32), hub_key, "unit-12", output.append)


@pytest.fixture
def drops(hub: Hub, agency: Agency, output: list[str]) -> Drops:
    return Drops(agency.home.drops, bytes(32), output.append)


@pytest.fixture
def sender(
    link: Link,
    spool: Spool,
    hotlist: LocalHotList,
    placement: LocalPlacement,
    drops: Drops,
    agency: Agency,
    output: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Sender]:
    """A sender that hurries. The first `put` starts it."""
    for name, seconds in (("FIRST_PAUSE", 0.01), ("LONGEST_PAUSE", 0.05), ("POLL", 0.05)):
        monkeypatch.setattr(sender_module, name, seconds)
    batches = Batches(agency.home.batches, bytes(32), output.append)
    stores = Stores(spool, hotlist, placement, drops, batches)
    sender = Sender(link, stores, Alarms(stores, ReaderLog(io.StringIO())), output.append)
    yield sender
    if sender.is_alive():
        sender.stop()


def put(spool: Spool, agency: Agency, *texts: str) -> set[UUID]:
    key = agency.home.open()[0].signing("reader")
    reads = [made(key, text) for text in texts]
    for read, item in reads:
        spool.put(read.id, item)
    return {read.id for read, _ in reads}


def drained(sender: Sender) -> bool:
    if not sender.is_alive():
        sender.start()
    return sender.drain(WITHIN, threading.Event()) == 0


@pytest.mark.clause("5.a/trail", "6.i.ii/tls", "6.i.ii/devices")
def test_reads_and_images_reach_the_hub_and_leave_the_spool(
    sender: Sender, spool: Spool, hub: Hub, agency: Agency
) -> None:
    ids = put(spool, agency, "ABC123", "XYZ789")
    assert drained(sender)
    assert hub.stored.keys() == ids
    for read in hub.stored.values():
        assert {read.context_sha256, read.plate_sha256} <= hub.images


@pytest.mark.clause("6.a.ii.1/zones")
def test_what_the_hub_drops_is_deleted_here_too(
    sender: Sender, spool: Spool, hub: Hub, agency: Agency, tmp_path: Path
) -> None:
    put(spool, agency, "INZONE")
    assert drained(sender)
    assert hub.stored == {}
    assert [file for file in tmp_path.rglob("*") if "rejected" in file.parts and file.is_file()] == []


@pytest.mark.clause("6.a.ii.1/zones")
def test_another_zone_is_here_with_the_next_answer_and_a_forged_one_is_refused_once(
    sender: Sender, placement: LocalPlacement, hub: Hub, agency: Agency, output: list[str]
) -> None:
    sender.start()
    wait_until(lambda: placement.version == hub.placement_version)
    hub.placement = agency.placement(Zone(35.0844, -106.6504, 300))
    wait_until(lambda: placement.version == hub.placement_version)
    known = placement.current
    polls, fetches = hub.polls, hub.fetches
    hub.placement = msgspec.structs.replace(agency.placement(), signature=bytes(64))
    wait_until(lambda: hub.polls > polls + 6)
    assert hub.fetches == fetches + 1
    hub.placement = None
    wait_until(lambda: any("Where this reader may record cannot be read" in line for line in output))
    assert placement.current is known
    assert sum("Where this reader may record was refused: The signature" in line for line in output) == 1


@pytest.mark.clause("6.a.ii.1/zones")
def test_the_count_of_dropped_reads_is_reported_alone_and_with_reads_until_a_receipt_comes(
    sender: Sender, spool: Spool, drops: Drops, hub: Hub, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "REPORT", 0.0)
    drops.add(DropReason.ZONE, 2)
    hub.behave = ["die", "400"]
    sender.start()
    wait_until(lambda: hub.dropped == [drops.counts])
    drops.add(DropReason.DEPLOYMENT, 1)
    put(spool, agency, "ABC123")
    assert drained(sender)
    wait_until(lambda: drops.counts in hub.dropped[1:])
    put(spool, agency, "XYZ789")
    assert drained(sender)
    assert hub.dropped[-1] is None  # the hub has it
    polls, batches = hub.polls, hub.batches
    wait_until(lambda: hub.polls > polls + 2)
    assert hub.batches == batches


def test_a_hub_of_before_the_count_gets_every_read_without_it(
    sender: Sender, spool: Spool, drops: Drops, hub: Hub, agency: Agency, output: list[str]
) -> None:
    drops.add(DropReason.ZONE, 2)
    hub.behave = ["old"]
    ids = put(spool, agency, "ABC123", "XYZ789")
    assert drained(sender)
    assert hub.stored.keys() == ids
    put(spool, agency, "DEF456")
    assert drained(sender)
    assert (hub.batches, hub.dropped) == (3, [None, None])
    assert sum("refused a batch with this reader's report" in line for line in output) == 1


def test_a_hub_killed_with_the_batch_half_read_loses_none(
    sender: Sender, spool: Spool, hub: Hub, agency: Agency
) -> None:
    hub.behave = ["die", "die"]
    ids = put(spool, agency, "ABC123", "XYZ789")
    assert drained(sender)
    assert hub.stored.keys() == ids
    assert hub.batches == 3


def test_a_hub_that_answers_late_after_storing_gets_no_read_twice(
    sender: Sender, spool: Spool, hub: Hub, agency: Agency
) -> None:
    hub.behave = ["late"]
    ids = put(spool, agency, "ABC123")
    assert drained(sender)
    assert hub.stored.keys() == ids
    assert hub.batches == 2


def test_reads_wait_while_the_hub_is_away_and_reach_it_when_it_returns(
    sender: Sender, spool: Spool, hub: Hub, agency: Agency, output: list[str]
) -> None:
    hub.stop()
    ids = put(spool, agency, "ABC123", "XYZ789")
    sender.start()
    assert sender.drain(0.3, threading.Event()) == 2
    again = Hub(agency, port=hub.port)
    try:
        assert drained(sender)
        assert again.stored.keys() == ids
    finally:
        sender.stop()
        again.stop()
    away = [line for line in output if "cannot be reached" in line]
    assert len(away) == 1
    assert away[0].endswith("waiting to be sent: 2.")
    assert "The hub is back." in output


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("401", "refuses this reader: It was revoked."),
        ("507", "It was revoked."),
        ("503", "The hub is busy."),
        ("500", "failed with status 500"),
        ("nonsense", "receipt cannot be read"),
    ],
)
def test_a_hub_that_takes_nothing_is_named_once_and_nothing_is_lost(
    sender: Sender, spool: Spool, hub: Hub, agency: Agency, output: list[str], answer: str, words: str
) -> None:
    hub.behave = [answer] * 4
    ids = put(spool, agency, "ABC123")
    assert drained(sender)
    assert hub.stored.keys() == ids
    assert sum(words in line for line in output) == 1


REVOKED = "The reader 'unit-12' was revoked."


@pytest.mark.parametrize(
    ("answer", "longest"),
    [(REVOKED, 3600), ("The request was signed 0:09:00 in the past.", 300)],
    ids=["revoked", "clock"],
)
def test_a_refused_reader_retries_less_and_less_often_and_says_why_at_once(
    link: Link,
    spool: Spool,
    hotlist: LocalHotList,
    placement: LocalPlacement,
    drops: Drops,
    hub: Hub,
    agency: Agency,
    output: list[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    longest: int,
) -> None:
    batches = Batches(agency.home.batches, bytes(32), output.append)
    stores = Stores(spool, hotlist, placement, drops, batches)
    sender = Sender(link, stores, Alarms(stores, ReaderLog(io.StringIO())), output.append)
    waits: list[float] = []
    monkeypatch.setattr(sender, "_bear", waits.append)
    hub.refuses = answer
    put(spool, agency, "ABC123")
    sender.start()
    wait_until(lambda: len(waits) >= 20)
    sender.stop()
    for number, seconds in enumerate(waits, 1):
        most = min(longest, 0.25 * 2**number)
        assert most / 2 <= seconds <= most
    assert hub.batches == 0  # one request at a time
    refused = [line for line in output if answer in line]
    assert len(refused) == 1
    assert "to retry at once, restart" in refused[0]


@pytest.mark.parametrize("act", ["signal", "clock"])
def test_a_person_who_acts_or_sets_the_clock_has_a_refused_reader_ask_at_once(
    sender: Sender, hub: Hub, output: list[str], monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(sender_module, "FIRST_PAUSE", 3000.0)
    monkeypatch.setattr(sender_module, "LOOK", 0.01)
    hub.refuses = REVOKED
    sender.start()
    wait_until(lambda: any("was revoked" in line for line in output))
    assert hub.polls == 1
    hub.refuses = ""
    if act == "signal":
        sender.again()
    else:
        monkeypatch.setattr(sender_module, "_clock_offset", lambda: 0.0)
    wait_until(lambda: "The hub is back." in output)


@pytest.mark.clause("6.i.ii/devices")
def test_a_certificate_that_the_hub_does_not_take_is_a_refusal(
    hub: Hub, agency: Agency, tmp_path: Path
) -> None:
    strict = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    strict.load_cert_chain(agency.directory / "server.pem")
    strict.load_verify_locations(cadata=Agency(tmp_path / "stranger").authority.certificate_pem)
    strict.verify_mode = ssl.CERT_REQUIRED
    hub._server.socket._context = strict  # type: ignore[attr-defined]
    with pytest.raises(HubRefuses, match=r"refuses this reader's certificate \(unknown ca\)") as refused:
        connect(agency, hub.url).hotlist(None)
    assert refused.value.final


def test_a_read_that_the_hub_rejects_is_kept_aside(
    sender: Sender, spool: Spool, hub: Hub, agency: Agency
) -> None:
    (bad,) = put(spool, agency, "NOSUCH")
    good = put(spool, agency, "ABC123")
    assert drained(sender)
    assert hub.stored.keys() == good
    assert (agency.home.spool / "rejected" / f"{bad}.read").exists()


def test_one_read_that_spoils_its_batch_does_not_hold_up_the_others(
    sender: Sender, spool: Spool, hub: Hub, agency: Agency
) -> None:
    hub.behave = ["bad batch"]
    good = put(spool, agency, "ABC123", "XYZ789")
    (bad,) = put(spool, agency, "BADBAD")
    good |= put(spool, agency, "DEF456", "GHJ234")
    assert drained(sender)
    assert hub.stored.keys() == good
    assert (agency.home.spool / "rejected" / f"{bad}.txt").read_text() == "A read has no place.\n"


@pytest.mark.clause("5.a/compare")
def test_it_takes_over_the_hubs_hot_list(
    sender: Sender, hub: Hub, agency: Agency, hotlist: LocalHotList
) -> None:
    hub.hotlist = agency.hotlist(entry("ABC123"), version="8")
    sender.start()
    wait_until(lambda: hotlist.current is not None)
    assert hotlist.current is not None
    assert hotlist.current.version == "8"
    assert hotlist.match("ABC123", "NM", NOON)[1]


def test_a_forged_hot_list_is_refused_and_the_reads_go_on(
    sender: Sender, spool: Spool, hub: Hub, agency: Agency, output: list[str], tmp_path: Path
) -> None:
    stranger = Agency(tmp_path / "stranger")
    hub.hotlist = stranger.hotlist(entry("ABC123"), made_at=NOON + timedelta(days=1))
    put(spool, agency, "ABC123")
    assert drained(sender)
    wait_until(lambda: any("was refused" in line for line in output))


def test_a_hot_list_that_stays_refused_is_named_once(
    sender: Sender, hub: Hub, agency: Agency, output: list[str], tmp_path: Path
) -> None:
    hub.hotlist = Agency(tmp_path / "stranger").hotlist(entry("ABC123"))
    sender.start()
    wait_until(lambda: hub.polls >= 4)
    sender.stop()
    assert sum("was refused" in line for line in output) == 1


@pytest.mark.clause("5.a/compare")
def test_a_hub_without_a_hot_list_is_reported_once_even_if_no_read_waits(
    sender: Sender,
    spool: Spool,
    hub: Hub,
    agency: Agency,
    output: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender_module, "POLL", 0.2)  # leaves time to find nothing to send between two polls
    hub.no_hotlist = True
    sender.start()
    wait_until(lambda: hub.polls >= 2)
    ids = put(spool, agency, "ABC123")
    assert drained(sender)
    assert hub.stored.keys() == ids
    wait_until(lambda: hub.polls >= 5)
    hub.no_hotlist = False
    wait_until(lambda: hub.polls >= 7)
    said = [line.split(" Reads")[0] for line in output if line.startswith("The hub")]
    assert said == ["The hub is busy.", "The hub is back."]


@pytest.mark.clause("6.i.ii/tls")
def test_it_speaks_no_tls_older_than_1_2(agency: Agency) -> None:
    old = Hub(agency, newest=ssl.TLSVersion.TLSv1_1)
    try:
        agency.enroll(old.url)
        with pytest.raises(HubAway, match="cannot be reached"):
            connect(agency, old.url).hotlist(None)
    finally:
        old.stop()


@pytest.mark.clause("6.i.ii/devices")
def test_it_trusts_no_hub_but_the_agencys(hub: Hub, agency: Agency, tmp_path: Path) -> None:
    stranger = Agency(tmp_path / "stranger")
    with pytest.raises(HubAway, match="CERTIFICATE_VERIFY_FAILED"):
        connect(agency, hub.url, stranger.authority.certificate_pem).hotlist(None)
    with pytest.raises(HubAway, match="CERTIFICATE_VERIFY_FAILED"):
        connect(agency, hub.url.replace("localhost", "127.0.0.1")).hotlist(None)
