"""The alarm that the person in the vehicle hears and sees; plain lines where there is no terminal."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TextIO, cast

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from plateward.ground import clock
from plateward.ground.matching.align import align
from plateward.ground.matching.engine import Hit
from plateward.ground.matching.kinds import MatchAlarm, StateAgreement
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Read

MARKING = "CJI: investigative lead only, verify before acting"
STATES = {
    StateAgreement.EQUAL: "the state agrees",
    StateAgreement.UNKNOWN: "state unknown: read it from the image",
    StateAgreement.DIFFERENT: "STATE READ IS NOT THE LISTED STATE",
}
PLATES = ("Read ", "Listed ", "Why ", "     ")  # the lines that hold plates
MARKS = {"same": " ", "open": "·", "folded": "~", "different": "≠"}


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


class ReaderTerminal:
    """What the reader shows and says.

    Plates appear on a terminal only: any other output may be a log file, and plates do not belong in a log (6.i.i).
    There the alarm says why it rings and where to look.
    """

    def __init__(self, out: TextIO | None = None) -> None:
        lasting = cast("TextIO", _Output(out or sys.stdout))
        self._console = Console(file=lasting, highlight=False, markup=False, emoji=False, soft_wrap=True)

    def say(self, line: str) -> None:
        self._console.print(f"{_clock_text(clock.now())}  {printable(line)}")

    def show(self, read: Read, before: datetime | None = None) -> None:
        """Show a read that rings no alarm. `before` is when the same vehicle was read differently."""
        if self._console.is_terminal:
            line = (
                f"{_clock_text(read.captured_at)}  {read.plate:10} {read.state or '':3} {read.confidence:.0%}"
            )
            again = f"   corrects the read of {_clock_text(before)}" if before else ""
            self._console.print(Text(line + again, style="dim"))

    @enforces("6.e.iv.3")
    def withdraw(self, before: datetime) -> None:
        """The vehicle that rang is no longer read as a plate that rings."""
        self.say(
            f"DOUBT the alarm of {_clock_text(before)}: more frames of that vehicle show a plate that is not "
            "listed. Compare the plate with the image before acting (OPR:50 6.e.iv.3)."
        )

    @enforces("6.e.iv.3", "5.b")
    def recall(self, hit: Hit, rung_at: datetime) -> None:
        """The entry that it rang for is no longer valid."""
        if self._console.is_terminal:
            self._console.file.write("\a")
        plate = f" {printable(hit.entry.plate)}" if self._console.is_terminal else ""
        self.say(
            f"RECALLED{plate}: the alarm of {_clock_text(rung_at)} "
            f"({printable(hit.entry.reason_text)}) is off the list "
            f"{printable(hit.head.name)}. No basis to act on it (OPR:50 6.e.iv.3)."
        )

    @enforces("5.b")
    def handled(self, hit: Hit, words: str, silent_until: datetime | None) -> None:
        """The hub says how the last alert of an entry that rang here was handled."""
        plate = f" {printable(hit.entry.plate)}" if self._console.is_terminal else ""
        rest = f"No alarm here until {_clock_text(silent_until)}." if silent_until else "It still rings."
        self.say(f"HANDLED{plate} ({printable(hit.entry.reason_text)}): {printable(words)}. {rest}")

    @enforces("5.b", "5.c", "6.e.iii", "6.e.iv.1", "6.e.iv.3")
    def ring(
        self,
        read: Read,
        hits: list[Hit],
        confirmed_at: datetime,
        before: datetime | None = None,
        lack: str = "",
    ) -> None:
        """Sound once, unless the lists only show such matches, and show every entry that the plate may be.
        `confirmed_at` is when the hub last said that this list is current; `before` as in `show`; `lack` says that the
        start-of-shift check was not passed."""
        sounds = any(hit.alarm is MatchAlarm.RING and hit.head.sound != "none" for hit in hits)
        if self._console.is_terminal and sounds:
            self._console.file.write("\a")
        for hit in hits:
            rings = hit.alarm is MatchAlarm.RING
            title = f"POSSIBLE HIT: {printable(hit.entry.plate)}"
            lines = list(_hit_lines(read, hit, confirmed_at, before, lack))
            if self._console.is_terminal:
                body = Group(*(Text(line) for line in lines))
                style = "bold red" if rings else "yellow"
                self._console.print(Panel(body, title=Text(title), subtitle=MARKING, border_style=style))
            else:
                label = "ALARM  POSSIBLE HIT" if rings else "SHOWN  POSSIBLE HIT"
                where = f"{label}: open the alert at the hub to read the plate"
                for line in (where, *lines, MARKING):
                    if not line.startswith(PLATES):
                        self._console.print(line)
        self._console.file.flush()


def _hit_lines(
    read: Read, hit: Hit, confirmed_at: datetime, before: datetime | None, lack: str
) -> Iterator[str]:
    entry = hit.entry
    pairs = align(read.plate, entry.plate)
    yield f"Reason  {printable(entry.reason_text)} ({entry.priority} priority)"
    old = f", {_age_text(hit.head.refreshed_at)} old" if hit.head.refreshed_at else ""
    yield f"Source  {printable(hit.head.source)}, list {printable(hit.head.name)}{old}"
    yield f"List    confirmed by the hub {_age_text(confirmed_at)} ago"
    if lack:
        yield f"Check   {printable(lack)}"
    yield f"Match   {hit.kind.label}{'' if hit.alarm is MatchAlarm.RING else ': shown, no alarm'}"
    yield f"Why     {printable(hit.explanation)}"
    states = f"read {read.state or 'unknown'}, listed {entry.state or 'unknown'}"
    yield f"State   {STATES[hit.state]} ({states})"
    yield f"Read    {' '.join(pair.read or '-' for pair in pairs)}   {read.confidence:.0%} sure"
    yield f"Listed  {' '.join(printable(pair.listed) or '-' for pair in pairs)}"
    if any(pair.same != "same" for pair in pairs):
        yield f"        {' '.join(MARKS[pair.same] for pair in pairs)}   ~ look-alike, ≠ different, · left open"
    if before:
        yield f"Before  corrects the read of {_clock_text(before)}: same vehicle"
    captured = f"{read.captured_at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
    place = read.position
    where = f"at {place.lat:.5f}, {place.lon:.5f}" if place else "place unknown"
    yield f"Taken   {captured}, {where}, camera {printable(read.camera)}"
    yield "Next    at the hub: confirm plate and state from the image, record the vehicle you see, then verify"


def printable(text: str) -> str:
    """Text from outside, bounded, without control characters that could steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)[:500]


def _clock_text(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M:%S}"


def _age_text(made_at: datetime) -> str:
    age = max(timedelta(0), clock.now() - made_at)
    minutes = age.seconds // 60
    if age.days:
        return f"{age.days} d {minutes // 60} h"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
