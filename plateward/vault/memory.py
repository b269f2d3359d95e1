"""Keys in memory stay there: a process that holds some leaves no core dump."""

import ctypes
import resource

from plateward.policy.trace import enforces

PR_SET_DUMPABLE = 4  # linux/prctl.h


@enforces("6.i.i", "SC-28")
def leave_no_core_dump() -> None:
    """For this process and all that it starts. A limit of 0 writes no file; but where Linux hands core dumps to a
    program, such as systemd-coredump, it heeds no limit, and the process itself must say that it is not to be dumped.
    No other process of the same user can look into its memory then either."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
