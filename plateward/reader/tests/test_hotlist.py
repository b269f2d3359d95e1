from datetime import timedelta

import pytest

from plateward.ground.vault.files import private_directory
from plateward.ground.wire.hotlist import SignedDelta, SignedHotList
from plateward.reader import hotlist as hotlist_module
from plateward.reader.errors import HotListRefused
from plateward.reader.hotlist import LocalHotList
from plateward.reader.tests.stand_ins import NOON, Agency, entry

SECRET = bytes(32)


@pytest.fixture
def local(agency: Agency, output: list[str]) -> LocalHotList:
    return started(agency, output)


def started(agency: Agency, output: list[str]) -> LocalHotList:
    private_directory(agency.home.data)
    hub = agency.ring.signing("hotlist").public_key()
    return LocalHotList(agency.home.hotlist, SECRET, hub, output.append)


def matches(local: LocalHotList, text: str, hours: int = 0) -> list[str]:
    return [hit.entry.plate for hit in local.match(text, "NM", NOON + timedelta(hours=hours))[1]]


@pytest.mark.clause("5.a/compare")
def test_it_matches_without_a_hub_after_a_new_start(
    agency: Agency, local: LocalHotList, output: list[str]
) -> None:
    assert matches(local, "ABC123") == []
    local.offer(agency.hotlist(entry("ABC123"), entry("XYZ789")))
    again = started(agency, output)
    assert matches(again, "ABC123") == ["ABC123"]
    assert matches(again, "DEF456") == []


def test_a_draft_that_a_crash_cut_off_is_removed(
    agency: Agency, local: LocalHotList, output: list[str]
) -> None:
    local.offer(agency.hotlist(entry("ABC123")))
    draft = agency.home.data / ".hotlist.sealed.0011223344556677"
    draft.write_bytes(b"half")
    assert matches(started(agency, output), "ABC123") == ["ABC123"]
    assert not draft.exists()


@pytest.mark.clause("5.a/compare")
def test_an_expired_entry_is_no_hit(agency: Agency, local: LocalHotList) -> None:
    local.offer(agency.hotlist(entry(expires_at=NOON + timedelta(hours=1))))
    assert matches(local, "ABC123") == ["ABC123"]
    assert matches(local, "ABC123", hours=2) == []


@pytest.mark.clause("6.i.i/aes")
def test_the_stored_list_is_sealed(agency: Agency, local: LocalHotList) -> None:
    local.offer(agency.hotlist(entry("ABC123")))
    content = agency.home.hotlist.read_bytes()
    assert b"ABC123" not in content
    assert agency.home.hotlist.stat().st_mode & 0o077 == 0


def test_it_refuses_a_list_older_than_the_one_at_hand(
    agency: Agency, local: LocalHotList, output: list[str]
) -> None:
    local.offer(agency.hotlist(entry("ABC123"), version="2"))
    old = agency.hotlist(entry("XYZ789"), version="1", made_at=NOON - timedelta(minutes=6))
    with pytest.raises(HotListRefused, match="before the current one"):
        started(agency, output).offer(old)
    assert matches(local, "XYZ789") == []


def test_it_refuses_a_list_that_the_hub_did_not_sign(agency: Agency, local: LocalHotList) -> None:
    signed = agency.hotlist(entry("ABC123"))
    with pytest.raises(HotListRefused, match="signature"):
        local.offer(SignedHotList(signed.body.replace(b"ABC123", b"XYZ789"), signed.signature))
    assert local.current is None


def test_a_damaged_stored_list_is_said_and_asked_for_again(
    agency: Agency, local: LocalHotList, output: list[str]
) -> None:
    local.offer(agency.hotlist(entry("ABC123")))
    agency.home.hotlist.write_bytes(agency.home.hotlist.read_bytes()[:-1])
    output.clear()
    again = started(agency, output)
    assert again.current is None
    assert "cannot be used" in output[0]
    again.offer(agency.hotlist(entry("ABC123")))
    assert matches(again, "ABC123") == ["ABC123"]


A, B, C = entry("ABC123"), entry("XYZ789"), entry("GHY851")


def test_a_change_is_taken_over_and_still_there_after_a_new_start(
    agency: Agency, local: LocalHotList, output: list[str]
) -> None:
    local.offer(agency.hotlist(A, B))
    local.offer(agency.change("1", "2", C, removed=[B], count=2))
    local.offer(agency.change("2", "3", removed=[A], count=1))
    again = started(agency, output)
    for copy in (local, again):
        assert copy.current is not None
        assert copy.current.version == "3"
        assert [bool(matches(copy, plate)) for plate in ("ABC123", "XYZ789", "GHY851")] == [
            False,
            False,
            True,
        ]
    again.offer(agency.change("3", "4", count=1))
    assert started(agency, output).delta_base is not None


@pytest.mark.clause("6.i.i/aes")
def test_stored_changes_are_sealed_too(agency: Agency, local: LocalHotList) -> None:
    local.offer(agency.hotlist(A))
    local.offer(agency.change("1", "2", C, count=2))
    files = list(agency.home.data.iterdir())
    assert len(files) == 2
    for file in files:
        assert b"GHY851" not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0


def test_a_new_list_replaces_the_changes_and_leftovers_of_a_crash_are_ignored(
    agency: Agency, local: LocalHotList, output: list[str]
) -> None:
    local.offer(agency.hotlist(A))
    local.offer(agency.change("1", "2", B, count=2))
    left = agency.home.data / "hotlist.sealed.0001"
    content = left.read_bytes()
    local.offer(agency.hotlist(C, version="9"))
    assert not left.exists()
    left.write_bytes(content)
    left.chmod(0o600)
    again = started(agency, output)
    assert again.current is not None
    assert again.current.version == "9"
    again.offer(agency.change("9", "10", removed=[C], count=0))
    assert matches(started(agency, output), "GHY851") == []


def test_a_truncated_change_ends_the_chain_and_the_list_before_it_stays(
    agency: Agency, local: LocalHotList, output: list[str]
) -> None:
    local.offer(agency.hotlist(A))
    local.offer(agency.change("1", "2", B, count=2))
    local.offer(agency.change("2", "3", C, count=3))
    second = agency.home.data / "hotlist.sealed.0002"
    second.write_bytes(second.read_bytes()[:-1])
    again = started(agency, output)
    assert again.delta_base is not None
    assert again.delta_base.version == "2"


def test_a_change_that_the_hub_did_not_sign_is_refused(agency: Agency, local: LocalHotList) -> None:
    local.offer(agency.hotlist(A))
    signed = agency.change("1", "2", B, count=2)
    with pytest.raises(HotListRefused, match="signature"):
        local.offer(SignedDelta(signed.body.replace(b"XYZ789", b"XYZ788"), signed.signature))
    assert matches(local, "XYZ788") == []


@pytest.mark.parametrize(
    ("since", "count", "words"), [("0", 2, "is for version 0"), ("1", 3, "the hub has 3")]
)
def test_a_change_that_does_not_lead_to_the_hubs_list_is_refused_and_the_whole_list_requested(
    agency: Agency, local: LocalHotList, since: str, count: int, words: str
) -> None:
    local.offer(agency.hotlist(A))
    assert local.delta_base is not None
    with pytest.raises(HotListRefused, match=words):
        local.offer(agency.change(since, "2", B, count=count))
    assert local.delta_base is None  # nothing to build on
    assert matches(local, "ABC123") == ["ABC123"]  # the current list still matches
    local.offer(agency.hotlist(A, B, version="2"))
    assert local.delta_base is not None


def test_the_change_of_a_list_that_is_not_there_is_refused(agency: Agency, local: LocalHotList) -> None:
    with pytest.raises(HotListRefused, match="not here"):
        local.offer(agency.change("1", "2", B, count=1))


def test_after_many_changes_the_whole_is_fetched(
    agency: Agency, local: LocalHotList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotlist_module, "MOST_CHANGES", 2)
    local.offer(agency.hotlist(A))
    local.offer(agency.change("1", "2", count=1))
    assert local.delta_base is not None
    local.offer(agency.change("2", "3", count=1))
    assert local.delta_base is None
