import io
import os
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground.matching.engine import HotListIndex
from plateward.ground.wire.entries import WireEntry
from plateward.reader.alarm import MARKING, ReaderLog
from plateward.reader.tests.stand_ins import NOON, entry, hot_list, made


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def ringing(out: io.StringIO, key: Ed25519PrivateKey, listed: WireEntry, lack: str = "") -> str:
    read, _ = made(key)
    hits = HotListIndex.of(hot_list(listed)).match("ABC123", None, NOON)
    assert hits
    ReaderLog(out).ring(read, hits, NOON, None, lack)
    return out.getvalue()


@pytest.mark.clause("5.b/vehicle", "5.c/position", "6.e.iii/marked", "6.i.i/aes")
@pytest.mark.parametrize("out", [io.StringIO(), Terminal()])
def test_a_log_says_why_it_rings_and_where_but_no_plate_on_a_terminal_neither(
    key: Ed25519PrivateKey, out: io.StringIO
) -> None:
    (line,) = ringing(out, key, entry(), "No start-of-shift check").splitlines()
    for fact in (
        "ALARM  POSSIBLE HIT",
        "Stolen vehicle (high priority)",
        "NCIC, list NCIC extract",
        "35.08440, -106.65040",
        "Unit 12 front",
        "No start-of-shift check",
        MARKING,
    ):
        assert fact in line
    assert "ABC123" not in line.replace(" ", "")
    assert not {"\a", "\x1b"} & set(line)


def test_a_list_cannot_steer_the_terminal(key: Ed25519PrivateKey) -> None:
    line = ringing(Terminal(), key, entry(reason_text="Stolen\x1b[2J\nvehicle"))
    assert "\x1b" not in line
    assert line.count("\n") == 1


def test_an_output_that_takes_nothing_stops_no_alarm(key: Ed25519PrivateKey) -> None:
    read, _ = made(key)
    hits = HotListIndex.of(hot_list(entry())).match("ABC123", None, NOON)
    unread, pipe = os.pipe()
    os.close(unread)
    for out in (open("/dev/full", "w"), open(pipe, "w")):  # noqa: SIM115
        log = ReaderLog(out)
        log.say("Hot list 8 is in use.")
        log.ring(read, hits, NOON)
        with suppress(OSError):
            out.close()


def test_what_the_character_set_lacks_is_written_in_another_way(key: Ed25519PrivateKey) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    read, _ = made(key)
    hits = HotListIndex.of(hot_list(entry(reason_text="Stolen in Española"))).match("ABC123", None, NOON)
    ReaderLog(out).ring(read, hits, NOON)
    out.seek(0)
    assert "Stolen in Espa\\xf1ola" in out.read()


@pytest.mark.clause("6.e.iv.3/order", "6.i.i/aes")
def test_a_vehicle_on_no_list_and_a_corrected_reading_leave_no_plate(key: Ed25519PrivateKey) -> None:
    read, item = made(key)
    out = Terminal()
    log = ReaderLog(out)
    log.take(item, read)
    log.withdraw(NOON)
    assert "DOUBT the alarm of" in out.getvalue()
    assert "ABC123" not in out.getvalue()


@pytest.mark.clause("6.i.i/aes")
def test_the_explanation_of_a_match_holds_a_plate_and_is_left_out(key: Ed25519PrivateKey) -> None:
    line = ringing(io.StringIO(), key, entry("ABC1?3"))
    assert "ABC1" not in line.replace(" ", "")
    assert "SHOWN  POSSIBLE HIT" in line
    assert "a partial plate: shown, no alarm" in line
