"""The log cannot be written: what whoever acts is told, what the process log says, and who else hears of it."""

import logging
from collections.abc import Sequence
from typing import Protocol

from django.db import InterfaceError, OperationalError
from django.dispatch import Signal

from plateward.core.audit.actor import Actor
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

NOTHING_DONE = (
    "Nothing was done: the audit log cannot be written, and every act must be recorded (OPR:50 6.b.i.10). "
    "Notify the ALPR administrator at once, and try again when the log is back."
)

logger = logging.getLogger(__name__)

# Sent whenever an entry cannot be written: `problem`, a text without CJI; `people`, the usernames of those whose acts
# were refused by that.
log_failed = Signal()


class LogUnavailable(PlatewardError):
    """The audit log cannot be written, so the act that it should record did not happen."""


class Attempt(Protocol):
    """What somebody tried to have recorded."""

    actor: Actor


@enforces("6.b.i.10/failure", "AU-5/told")
def log_unavailable(error: Exception, drafts: Sequence[Attempt] = ()) -> LogUnavailable:
    """The error for the persons whose acts these are, after a line in the process log."""
    # Only the database's own errors and those written for people: other messages may quote the row.
    quoted = isinstance(error, OperationalError | InterfaceError | PlatewardError)
    problem = f"{type(error).__name__}{f': {error}' if quoted else ''}"
    logger.critical("The audit log cannot be written: %s", problem)
    people = {draft.actor.id for draft in drafts if draft.actor.kind == "person"}
    log_failed.send_robust(None, problem=problem, people=people)
    return LogUnavailable(NOTHING_DONE)
