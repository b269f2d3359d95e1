"""What a reader writes where there is no screen: plain lines, which may end up in a log."""

import sys
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TextIO, cast

from plateward.ground import clock
from plateward.ground.matching.engine import Hit
from plateward.ground.matching.kinds import MatchAlarm
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Read
from plateward.reader.capture import CapturedRead

MARKING = "CJI: investigative lead only, verify before acting"


class _Output:
    """A stream that may fail: a log on a full disk, a closed terminal, a character set without a sign.

    A failure to show something must stop neither a read nor the thread that carries reads to the hub.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)

    def write(self, text: str) -> int:
        with suppress(OSError):
            try:
                self._out.write(text)
            except UnicodeEncodeError:
                charset = self._out.encoding
                self._out.write(text.encode(charset, "backslashreplace").decode(charset))
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._out.flush()


class ReaderLog:
    """What the reader writes: plain lines, without a plate, since plates do not belong in a log (6.i.i). An alarm's
    line says why it rings and where. The officer's screen (`screen/board.py`) is one that shows the rest."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = cast("TextIO", _Output(out or sys.stdout))

    def say(self, line: str) -> None:
        self._write(f"{clock_text(clock.now())}  {printable(line)}")

    def take(self, item: CapturedRead, read: Read) -> None:
        """A read was taken, with its pictures; what comes of it follows."""

    @enforces("6.e.iv.3/order")
    def withdraw(self, before: datetime) -> None:
        """The vehicle that rang is no longer read as a plate that rings."""
        self.say(
            f"DOUBT the alarm of {clock_text(before)}: more frames of that vehicle show a plate that is not "
            "listed. Compare the plate with the image before acting (OPR:50 6.e.iv.3)."
        )

    @enforces("6.e.iv.3/order", "5.b/vehicle")
    def recall(self, hit: Hit, rung_at: datetime) -> None:
        """The entry that it rang for is no longer valid."""
        self.say(
            f"RECALLED: the alarm of {clock_text(rung_at)} ({printable(hit.entry.reason_text)}) is off the list "
            f"{printable(hit.head.name)}. No basis to act on it (OPR:50 6.e.iv.3)."
        )

    @enforces("5.b/vehicle")
    def handled(self, hit: Hit, words: str, silent_until: datetime | None) -> None:
        """The hub says how the last alert of an entry that rang here was handled."""
        self.say(
            f"HANDLED ({printable(hit.entry.reason_text)}): {printable(words)}. {silent_text(silent_until)}"
        )

    @enforces(
        "5.b/vehicle", "5.c/position", "6.e.iii/marked", "6.e.iv.1/missing", "6.e.iv.3/order", "5.g/maybe"
    )
    def ring(
        self,
        read: Read,
        hits: list[Hit],
        confirmed_at: datetime,
        before: datetime | None = None,
        lack: str = "",
    ) -> None:
        """Every entry that the plate may be. `confirmed_at` is when the hub last said that this list is current;
        `before` when the same vehicle was read differently; `lack` says that the start-of-shift check was not
        passed."""
        for hit in hits:
            facts = [
                "ALARM  POSSIBLE HIT" if hit.alarm is MatchAlarm.RING else "SHOWN  POSSIBLE HIT",
                f"{printable(hit.entry.reason_text)} ({hit.entry.priority} priority)",
                f"{printable(hit.head.source)}, list {printable(hit.head.name)}{list_age(hit)}",
                match_text(hit),
                f"list confirmed by the hub {age_text(confirmed_at)} ago",
                *([printable(lack)] if lack else []),
                *([f"corrects the read of {clock_text(before)}"] if before else []),
                f"{place_text(read)}, camera {printable(read.camera)}",
                MARKING,
            ]
            self.say("; ".join(facts))

    def _write(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


def match_text(hit: Hit) -> str:
    return f"{hit.kind.label}{'' if hit.alarm is MatchAlarm.RING else ': shown, no alarm'}"


def place_text(read: Read) -> str:
    place = read.position
    return f"at {place.lat:.5f}, {place.lon:.5f}" if place else "place unknown"


def list_age(hit: Hit) -> str:
    return f", {age_text(hit.head.refreshed_at)} old" if hit.head.refreshed_at else ""


def silent_text(until: datetime | None) -> str:
    return f"No alarm here until {clock_text(until)}." if until else "It still rings."


def printable(text: str) -> str:
    """Text from outside, bounded, without control characters that could steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)[:1000]


def clock_text(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M:%S}"


def age_text(made_at: datetime) -> str:
    age = max(timedelta(0), clock.now() - made_at)
    minutes = age.seconds // 60
    if age.days:
        return f"{age.days} d {minutes // 60} h"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
