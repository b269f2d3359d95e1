"""The start-of-shift check as this reader knows it: the hub tells it with each answer."""

from datetime import datetime, timedelta

from plateward import clock
from plateward.policy.trace import enforces
from plateward.reader.frames import Say
from plateward.wire.check import ShiftCheck

FRESH = timedelta(minutes=1)  # a check may have been made since, if the hub was not heard for longer
HELP = "Make it at the hub, under Readers, Start-of-shift checks (OPR:50 6.e.iv.1)."


class Shift:
    """Heard in the thread that speaks with the hub, asked in the one that reads."""

    def __init__(self, say: Say = lambda _: None) -> None:
        self._say = say
        self._heard: tuple[ShiftCheck, datetime] | None = None

    def hear(self, check: ShiftCheck | None) -> None:
        """What the hub said just now; said on the screen where it is something new."""
        if check is None:
            return
        before = self._heard[0] if self._heard else None
        self._heard = check, clock.now()
        if check == before:
            return
        if check.until:
            self._say(f"Start-of-shift check passed, valid until {check.until.astimezone():%H:%M}.")
        else:
            self._say(f"{_check_text(check)}. {HELP} Reads and alarms carry that.")

    @enforces("6.e.iv.1")
    def passed(self, at: datetime) -> bool | None:
        """Whether the check was passed at that moment; None where this reader cannot know."""
        if self._heard is None:
            return None
        check, heard = self._heard
        if check.since and check.until and check.since <= at < check.until:
            return True
        lapsed = check.until is not None and at >= check.until
        return False if abs(at - heard) <= FRESH and (lapsed or check.until is None) else None

    @enforces("6.e.iv.1")
    def lack(self, at: datetime) -> str:
        """In words what an alarm of that moment lacks; nothing where the check was passed."""
        passed = self.passed(at)
        if passed:
            return ""
        if passed is None or self._heard is None:
            return "Start-of-shift check not known: the hub was not heard lately"
        return _check_text(self._heard[0])


def _check_text(check: ShiftCheck) -> str:
    return (
        f"Start-of-shift check FAILED: {check.failed}"
        if check.state == "failed"
        else "No start-of-shift check"
    )
