"""While the log cannot be written: the first-line supervisors and the administrators hear of it at once (6.b.i.10).

The syslog server is told besides, since it needs no database; neither waits for the other. The notices are the only
thing written without an entry: they say that there can be none. Where the database takes nothing, they follow as soon
as it does. When the log is back, an entry says from when to when it was away, and whose acts were refused.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import NODE, LogUnavailable, act
from plateward.core.audit.unavailable import log_failed
from plateward.core.audit.witnesses import syslog
from plateward.core.audit.witnesses.signals import log_alarm
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

log = logging.getLogger(__name__)

RETRY_S = 5.0
MOST_NAMED = 1000  # people


@dataclass
class LogOutage:
    """One time for which this process could not write the log."""

    since: datetime
    problem: str
    people: set[str] = field(default_factory=set)  # usernames of those whose acts were refused
    notified: set[str] = field(default_factory=set)  # of these, whose supervisors have a notice
    told: bool = False  # whether the administrators have a notice


class OutageReports:
    """Reports outages of this process, each in a thread of its own that ends with it."""

    def __init__(self, sleep: Callable[[float], object] = time.sleep) -> None:
        self._sleep = sleep
        self._guard = threading.Lock()
        self._current: LogOutage | None = None

    def begin(self) -> None:
        """From now on; for processes that serve people or devices."""
        log_failed.connect(self._failed, weak=False, dispatch_uid="witnesses.outage")

    @enforces("6.b.i.10/failure", "AU-5/told")
    def _failed(self, *, problem: str, people: Collection[str], **_: object) -> None:
        with self._guard:
            begins = self._current is None
            outage = self._current = self._current or LogOutage(clock.now(), problem[:300])
            if len(outage.people) < MOST_NAMED:
                outage.people |= set(people)
        if begins:
            threading.Thread(target=self.report, args=[outage], name="outage of the log", daemon=True).start()

    def report(self, outage: LogOutage) -> None:
        """Until the log is back."""
        try:
            threading.Thread(target=_tell_syslog, args=[outage], name="outage to syslog", daemon=True).start()
            while not (self._notify(outage) and self._is_over(outage) and self._is_complete(outage)):
                self._sleep(RETRY_S)
        finally:
            with self._guard:
                if self._current is outage:
                    self._current = None
            connections.close_all()

    def _notify(self, outage: LogOutage) -> bool:
        """Notices, with no entry. Whether they are there."""
        with self._guard:
            new = outage.people - outage.notified
        if outage.told and not new:
            return True
        text = (
            f"Audit log: no entry can be written since {outage.since:%Y-%m-%d %H:%M:%S} UTC ({outage.problem}). "
            "Nothing protected is shown or done until it is back (OPR:50 6.b.i.10)."
        )
        try:
            with transaction.atomic():
                log_alarm.send(None, text=text, people=new)
        except DatabaseError:
            connections.close_all()
            return False
        outage.notified |= new
        outage.told = True
        return True

    def _is_over(self, outage: LogOutage) -> bool:
        try:
            with act(HUB, Event.AUDIT_OUTAGE, "audit log") as entry:
                since = outage.since.astimezone(UTC).isoformat(timespec="seconds")
                with self._guard:
                    people = set(outage.people)
                entry.note(since=since, problem=outage.problem, people=sorted(people), node=NODE)
                until = clock.now().astimezone(UTC)
                text = f"Audit log: entries are written again since {until:%Y-%m-%d %H:%M:%S} UTC."
                log_alarm.send(None, text=text, people=people)
        except (LogUnavailable, DatabaseError):
            connections.close_all()
            return False
        return True

    def _is_complete(self, outage: LogOutage) -> bool:
        """Whether the supervisors of all whose acts were refused have a notice: some may be refused while it ends.
        If so, the next failure begins another outage."""
        with self._guard:
            complete = outage.people <= outage.notified
            if complete:
                self._current = None
        return complete


def _tell_syslog(outage: LogOutage) -> None:
    if not settings.SYSLOG:
        return
    text = f"The audit log cannot be written: {outage.problem}. Nothing protected is shown or done (OPR:50 6.b.i.10)."
    try:
        message = syslog.frame(syslog.CRITICAL, outage.since, NODE, "log-failed", text)
        syslog.send(settings.SYSLOG, settings.SYSLOG_AUTHORITY, message)
    except (OSError, PlatewardError) as error:
        log.critical("Syslog was not told that the audit log cannot be written: %s", error)


REPORTS = OutageReports()
