import io
import os
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground.matching.engine import HotListIndex
from plateward.ground.wire.entries import WireEntry
from plateward.reader.alarm import MARKING, ReaderTerminal
from plateward.reader.tests.stand_ins import NOON, entry, hot_list, made


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def ringing(out: io.StringIO, key: Ed25519PrivateKey, listed: WireEntry, text: str = "ABC123") -> str:
    read, _ = made(key, text)
    hits = HotListIndex.of(hot_list(listed)).match(text, None, NOON)
    assert hits
    ReaderTerminal(out).ring(read, hits, NOON)
    return out.getvalue()


@pytest.mark.clause("5.b", "6.e.iii")
def test_on_a_terminal_it_rings_and_shows_the_marking(key: Ed25519PrivateKey) -> None:
    screen = ringing(Screen(), key, entry())
    assert screen.startswith("\a")
    assert "POSSIBLE HIT: ABC123" in screen
    assert MARKING in screen


@pytest.mark.clause("5.b", "5.c", "6.e.iii", "6.i.i")
def test_without_a_terminal_it_writes_why_and_where_but_no_plate(key: Ed25519PrivateKey) -> None:
    lines = ringing(io.StringIO(), key, entry()).splitlines()
    assert lines[0] == "ALARM  POSSIBLE HIT: open the alert at the hub to read the plate"
    assert lines[-1] == MARKING
    whole = "\n".join(lines)
    for fact in (
        "Stolen vehicle (high priority)",
        "NCIC, list NCIC extract",
        "35.08440, -106.65040",
        "Unit 12 front",
    ):
        assert fact in whole
    assert "ABC123" not in whole.replace(" ", "")
    assert "\a" not in whole
    assert "\x1b" not in whole


def test_both_strings_are_aligned_and_look_alikes_marked(key: Ed25519PrivateKey) -> None:
    lines = ringing(Screen(), key, entry("A8C123")).splitlines()
    at = next(number for number, line in enumerate(lines) if "Read  " in line)
    assert "Read    A B C 1 2 3" in lines[at]
    assert "Listed  A 8 C 1 2 3" in lines[at + 1]
    assert lines[at + 2].index("~") == lines[at + 1].index("8")
    assert "look-alike" in "\n".join(lines)


def test_a_list_cannot_steer_the_terminal(key: Ed25519PrivateKey) -> None:
    screen = ringing(Screen(), key, entry(reason_text="Stolen\x1b[2J [bold]vehicle[/bold]"))
    assert "\x1b[2J" not in screen
    assert "[bold]vehicle[/bold]" in screen


def test_an_output_that_takes_nothing_stops_no_alarm(key: Ed25519PrivateKey) -> None:
    read, _ = made(key)
    hits = HotListIndex.of(hot_list(entry())).match("ABC123", None, NOON)
    unread, pipe = os.pipe()
    os.close(unread)
    for out in (open("/dev/full", "w"), open(pipe, "w")):  # noqa: SIM115
        terminal = ReaderTerminal(out)
        terminal.say("Hot list 8 is in use.")
        terminal.ring(read, hits, NOON)
        with suppress(OSError):
            out.close()


def test_what_the_character_set_lacks_is_written_in_another_way(key: Ed25519PrivateKey) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    read, _ = made(key)
    hits = HotListIndex.of(hot_list(entry(reason_text="Stolen in Española"))).match("ABC123", None, NOON)
    ReaderTerminal(out).ring(read, hits, NOON)
    out.seek(0)
    assert "Stolen in Espa\\xf1ola" in out.read()


@pytest.mark.clause("6.i.i")
def test_a_vehicle_on_no_list_is_not_written_where_a_log_may_be(key: Ed25519PrivateKey) -> None:
    read, _ = made(key)
    log, screen = io.StringIO(), Screen()
    ReaderTerminal(log).show(read)
    ReaderTerminal(screen).show(read)
    assert log.getvalue() == ""
    assert "ABC123" in screen.getvalue()


@pytest.mark.clause("6.e.iv.3", "6.i.i")
def test_a_corrected_reading_is_shown_and_a_log_gets_no_plate(key: Ed25519PrivateKey) -> None:
    read, _ = made(key)
    log, screen = io.StringIO(), Screen()
    for out in (log, screen):
        ReaderTerminal(out).show(read, NOON)
        ReaderTerminal(out).withdraw(NOON)
    assert "corrects the read of" in screen.getvalue()
    assert "DOUBT the alarm of" in log.getvalue()
    assert "ABC123" not in log.getvalue()


@pytest.mark.clause("5.b", "5.g")
def test_a_silent_match_makes_no_sound_and_says_why_it_is_shown(key: Ed25519PrivateKey) -> None:
    screen = ringing(Screen(), key, entry("A8C123"))
    assert "\a" not in screen
    assert "look-alike characters: shown, no alarm" in screen
    assert "Why     Read B where 8 is listed (they look alike)" in screen


@pytest.mark.clause("5.b")
def test_a_list_may_ring_without_a_sound(key: Ed25519PrivateKey) -> None:
    read, _ = made(key)
    screen = Screen()
    ReaderTerminal(screen).ring(
        read, HotListIndex.of(hot_list(entry(), sound="none")).match("ABC123", None, NOON), NOON
    )
    assert "\a" not in screen.getvalue()
    assert "POSSIBLE HIT" in screen.getvalue()


@pytest.mark.clause("6.i.i")
def test_the_explanation_holds_a_plate_and_stays_on_the_terminal(key: Ed25519PrivateKey) -> None:
    whole = ringing(io.StringIO(), key, entry("ABC1?3"))
    assert "ABC1" not in whole.replace(" ", "")
    assert "a partial plate: shown, no alarm" in whole


def test_what_a_partial_plate_leaves_open_is_marked(key: Ed25519PrivateKey) -> None:
    lines = ringing(Screen(), key, entry("ABC1*")).splitlines()
    at = next(number for number, line in enumerate(lines) if "Listed  A B C 1 * *" in line)
    assert "· ·" in lines[at + 1]


@pytest.mark.clause("6.e.iv.1")
@pytest.mark.parametrize("screen", [True, False])
def test_an_alarm_says_that_the_start_of_shift_check_is_missing(key: Ed25519PrivateKey, screen: bool) -> None:
    hits = HotListIndex.of(hot_list(entry())).match("ABC123", None, NOON)
    for lack in ("No start-of-shift check", ""):
        out = Screen() if screen else io.StringIO()
        ReaderTerminal(out).ring(made(key)[0], hits, NOON, None, lack)
        assert ("Check   No start-of-shift check" in out.getvalue()) == bool(lack)
