"""What the screen shows of an alarm."""

import io
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground.matching.engine import Hit, HotListIndex
from plateward.ground.places.towns import Town, Towns
from plateward.ground.places.words import Places
from plateward.ground.wire.entries import WireEntry
from plateward.reader.screen.board import MOST_ALARMS, MOST_READS, Board
from plateward.reader.tests.stand_ins import NOON, entry, hot_list, made


class Ringing:
    def __init__(self, key: Ed25519PrivateKey, listed: WireEntry | None = None, **head: Any) -> None:
        self.out = io.StringIO()
        self.board = Board(Places(Towns([Town("Albuquerque", 9, 35.0845, -106.6511)])), self.out)
        self.read, item = made(key)
        self.hits: list[Hit] = HotListIndex.of(hot_list(listed or entry(), **head)).match(
            "ABC123", None, NOON
        )
        self.board.take(item, self.read)
        self.board.ring(self.read, self.hits, NOON, None, "No start-of-shift check")

    @property
    def alarm(self) -> dict[str, Any]:
        found: dict[str, Any] = self.board.state()["alarms"][0]
        return found


@pytest.mark.clause("5.b/vehicle", "5.c/position", "5.g/source", "5.g/maybe", "6.e.iv.1/missing")
def test_an_alarm_is_shown_in_full_and_sounds_until_it_is_acknowledged(key: Ed25519PrivateKey) -> None:
    ringing = Ringing(key)
    alarm = ringing.alarm
    assert (alarm["plate"], alarm["reason"], alarm["kind"]) == ("ABC123", "Stolen vehicle", "alarm")
    assert alarm["sound"] == alarm["priority"] == "high"
    facts = dict(alarm["facts"])
    assert "NCIC" in facts["Source"]
    assert ", in Albuquerque, Unit 12 front" in facts["Seen"]
    assert facts["Check"] == "No start-of-shift check"
    assert ringing.board.picture(ringing.read.id, "plate")
    assert ringing.board.picture(ringing.read.id, "context")
    assert ringing.board.acknowledge(alarm["number"]) == ringing.read.id
    assert ringing.alarm["sound"] == ""
    assert ringing.board.acknowledge(alarm["number"]) is None
    assert "ABC123" not in ringing.out.getvalue()


@pytest.mark.clause("5.b/vehicle")
def test_a_silent_match_makes_no_sound_and_is_aligned_with_what_was_read(key: Ed25519PrivateKey) -> None:
    alarm = Ringing(key, entry("A8C123")).alarm
    assert (alarm["kind"], alarm["sound"]) == ("shown", "")
    assert alarm["pairs"][1] == ("B", "8", "folded")
    assert dict(alarm["facts"])["Match"].startswith("Read B where 8 is listed (they look alike)")


@pytest.mark.clause("5.b/vehicle")
@pytest.mark.parametrize("sound", ["none", "urgent"])
def test_a_list_may_have_another_sound_or_none(key: Ed25519PrivateKey, sound: str) -> None:
    assert Ringing(key, sound=sound).alarm["sound"] == ("" if sound == "none" else sound)


@pytest.mark.clause("6.e.iv.3/order")
def test_a_recalled_alarm_sounds_no_more_and_says_so(key: Ed25519PrivateKey) -> None:
    ringing = Ringing(key)
    ringing.board.recall(ringing.hits[0], NOON)
    assert (ringing.alarm["kind"], ringing.alarm["sound"]) == ("ended", "")
    assert ringing.alarm["notes"] == ["RECALLED: no basis to act on it."]


@pytest.mark.clause("6.e.iv.3/order", "5.b/vehicle")
def test_a_doubt_and_what_became_of_the_alert_stand_on_the_card(key: Ed25519PrivateKey) -> None:
    ringing = Ringing(key)
    ringing.board.withdraw(ringing.read.captured_at)
    ringing.board.handled(ringing.hits[0], "Handled by Ada Archuleta", None)
    assert "Compare plate and picture" in ringing.alarm["notes"][0]
    assert ringing.alarm["notes"][1] == "Handled by Ada Archuleta. It still rings."


def test_the_newest_are_kept_and_what_nobody_acknowledged_leaves_last(key: Ed25519PrivateKey) -> None:
    ringing = Ringing(key)
    first = ringing.alarm["number"]
    for _ in range(MOST_ALARMS + 3):
        read, item = made(key)
        ringing.board.take(item, read)
        ringing.board.ring(read, ringing.hits, NOON)
        ringing.board.acknowledge(ringing.alarm["number"])
    state = ringing.board.state()
    assert (len(state["alarms"]), len(state["reads"])) == (MOST_ALARMS, MOST_READS)
    assert state["alarms"][-1]["number"] == first
    ringing.board.clear()
    assert ringing.board.state()["alarms"] == ringing.board.state()["reads"] == []
    assert ringing.board.picture(ringing.read.id, "plate") is None
