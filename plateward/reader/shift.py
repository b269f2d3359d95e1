"""The start-of-shift check as this reader knows it: the hub includes it in each answer."""

from datetime import datetime, timedelta

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.check import ShiftCheck
from plateward.reader.frames import Say

FRESH = timedelta(minutes=1)  # a newer check is possible if the hub was not heard for longer
HELP = "Do it at the hub, under Readers, Start-of-shift checks (OPR:50 6.e.iv.1)."


class Shift:
    """The thread that talks to the hub updates it, and the thread that reads queries it."""

    def __init__(self, say: Say = lambda _: None) -> None:
        self._say = say
        self._received: tuple[ShiftCheck, datetime] | None = None

    def receive(self, check: ShiftCheck | None) -> None:
        """Take the hub's latest answer; say it if it is new."""
        if check is None:
            return
        before = self._received[0] if self._received else None
        self._received = check, clock.now()
        if check == before:
            return
        if check.until:
            self._say(f"Start-of-shift check passed, valid until {check.until.astimezone():%H:%M}.")
        else:
            self._say(f"{_check_text(check)}. {HELP} Reads and alarms show this.")

    @enforces("6.e.iv.1/missing")
    def passed(self, at: datetime) -> bool | None:
        """Whether the check was passed at that moment; None if this reader cannot know."""
        if self._received is None:
            return None
        check, received_at = self._received
        if check.since and check.until and check.since <= at < check.until:
            return True
        lapsed = check.until is not None and at >= check.until
        return False if abs(at - received_at) <= FRESH and (lapsed or check.until is None) else None

    @enforces("6.e.iv.1/missing")
    def lack(self, at: datetime) -> str:
        """In words, what an alarm at that moment lacks; empty if the check was passed."""
        passed = self.passed(at)
        if passed:
            return ""
        if passed is None or self._received is None:
            return "Start-of-shift check unknown: no recent contact with the hub"
        return _check_text(self._received[0])


def _check_text(check: ShiftCheck) -> str:
    return (
        f"Start-of-shift check FAILED: {check.failed}"
        if check.state == "failed"
        else "No start-of-shift check"
    )
