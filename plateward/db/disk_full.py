"""How a full disk is told from other failures: by a file, by SQLCipher, or by PostgreSQL."""

import errno

SQLITE_FULL = 13  # sqlite.org/rescode.html#full
DISK_FULL = "53100"  # PostgreSQL's appendix of error codes


def disk_is_full(error: Exception) -> bool:
    """Whether a disk is full behind this error, also where Django has wrapped it."""
    return any(
        getattr(cause, "errno", None) == errno.ENOSPC
        or getattr(cause, "sqlite_errorcode", None) == SQLITE_FULL
        or getattr(cause, "sqlstate", None) == DISK_FULL
        for cause in (error, error.__cause__)
    )
