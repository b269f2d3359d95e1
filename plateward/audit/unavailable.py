"""The log cannot be written: what whoever acts is told, and what the process log says."""

import logging

from django.db import InterfaceError, OperationalError

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

logger = logging.getLogger(__name__)


class LogUnavailable(PlatewardError):
    """The audit log cannot be written, so the act that it should record did not happen."""


@enforces("6.b.i.10", "AU-5")
def log_unavailable(error: Exception) -> LogUnavailable:
    """The error for the person who acts, after a line in the process log."""
    # Only the database's own errors: other messages may quote the row.
    database_error = f": {error}" if isinstance(error, OperationalError | InterfaceError) else ""
    logger.critical("The audit log cannot be written: %s%s", type(error).__name__, database_error)
    return LogUnavailable(
        "Nothing was done: the audit log cannot be written, and every act must be recorded (OPR:50 6.b.i.10). "
        "Notify the ALPR administrator at once, and try again when the log is back."
    )
