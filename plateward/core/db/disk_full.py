"""Recognizes a full disk among errors: from a file, SQLCipher, or PostgreSQL."""

import errno

SQLITE_FULL = 13  # sqlite.org/rescode.html#full
DISK_FULL = "53100"  # PostgreSQL's appendix of error codes


def disk_is_full(error: Exception) -> bool:
    """Whether a full disk caused this error, even if Django wrapped it."""
    return any(
        getattr(cause, "errno", None) == errno.ENOSPC
        or getattr(cause, "sqlite_errorcode", None) == SQLITE_FULL
        or getattr(cause, "sqlstate", None) == DISK_FULL
        for cause in (error, error.__cause__)
    )
