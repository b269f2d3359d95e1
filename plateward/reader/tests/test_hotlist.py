from datetime import timedelta

import pytest

from plateward.reader.errors import HotListRefused
from plateward.reader.hotlist import LocalHotList
from plateward.reader.tests.stand_ins import NOON, Agency, entry
from plateward.vault.files import private_directory
from plateward.wire.hotlist import SignedHotList

SECRET = bytes(32)


@pytest.fixture
def local(agency: Agency, said: list[str]) -> LocalHotList:
    return started(agency, said)


def started(agency: Agency, said: list[str]) -> LocalHotList:
    private_directory(agency.home.data)
    hub = agency.ring.signing("hotlist").public_key()
    return LocalHotList(agency.home.hotlist, SECRET, hub, said.append)


def matches(local: LocalHotList, text: str, hours: int = 0) -> list[str]:
    return [hit.entry.plate for hit in local.match(text, "NM", NOON + timedelta(hours=hours))[1]]


@pytest.mark.clause("5.a")
def test_it_matches_without_a_hub_after_a_new_start(
    agency: Agency, local: LocalHotList, said: list[str]
) -> None:
    assert matches(local, "ABC123") == []
    local.offer(agency.hotlist(entry("ABC123"), entry("XYZ789")))
    again = started(agency, said)
    assert matches(again, "ABC123") == ["ABC123"]
    assert matches(again, "DEF456") == []


def test_a_draft_that_a_crash_cut_off_is_removed(
    agency: Agency, local: LocalHotList, said: list[str]
) -> None:
    local.offer(agency.hotlist(entry("ABC123")))
    draft = agency.home.data / ".hotlist.sealed.0011223344556677"
    draft.write_bytes(b"half")
    assert matches(started(agency, said), "ABC123") == ["ABC123"]
    assert not draft.exists()


@pytest.mark.clause("5.a")
def test_an_expired_entry_is_no_hit(agency: Agency, local: LocalHotList) -> None:
    local.offer(agency.hotlist(entry(expires_at=NOON + timedelta(hours=1))))
    assert matches(local, "ABC123") == ["ABC123"]
    assert matches(local, "ABC123", hours=2) == []


@pytest.mark.clause("6.i.i")
def test_the_stored_list_is_sealed(agency: Agency, local: LocalHotList) -> None:
    local.offer(agency.hotlist(entry("ABC123")))
    content = agency.home.hotlist.read_bytes()
    assert b"ABC123" not in content
    assert agency.home.hotlist.stat().st_mode & 0o077 == 0


def test_it_refuses_a_list_older_than_the_one_at_hand(
    agency: Agency, local: LocalHotList, said: list[str]
) -> None:
    local.offer(agency.hotlist(entry("ABC123"), version="2"))
    old = agency.hotlist(entry("XYZ789"), version="1", made_at=NOON - timedelta(minutes=1))
    with pytest.raises(HotListRefused, match="before the one at hand"):
        started(agency, said).offer(old)
    assert matches(local, "XYZ789") == []


@pytest.mark.clause("6.j.i")
def test_it_refuses_a_list_that_the_hub_did_not_sign(agency: Agency, local: LocalHotList) -> None:
    signed = agency.hotlist(entry("ABC123"))
    with pytest.raises(HotListRefused, match="signature"):
        local.offer(SignedHotList(signed.body.replace(b"ABC123", b"XYZ789"), signed.signature))
    assert local.current is None


def test_a_damaged_stored_list_is_said_and_asked_for_again(
    agency: Agency, local: LocalHotList, said: list[str]
) -> None:
    local.offer(agency.hotlist(entry("ABC123")))
    agency.home.hotlist.write_bytes(agency.home.hotlist.read_bytes()[:-1])
    said.clear()
    again = started(agency, said)
    assert again.current is None
    assert "cannot be used" in said[0]
    again.offer(agency.hotlist(entry("ABC123")))
    assert matches(again, "ABC123") == ["ABC123"]
