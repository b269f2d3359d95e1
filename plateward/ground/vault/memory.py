"""Keys stay in memory: a process that holds keys leaves no core dump."""

import ctypes
import sys

from plateward.ground.policy.trace import enforces

PR_SET_DUMPABLE = 4  # linux/prctl.h


@enforces("6.i.i/aes", "6.i.i/keys", "SC-28/ring", "SC-28/data")
def leave_no_core_dump() -> None:
    """For this process and its children. A limit of 0 writes no file; but where Linux pipes core dumps to a program,
    such as systemd-coredump, it ignores limits, and the process itself must declare that it is not dumpable. That also
    keeps other processes of the same user out of its memory. On Windows only packages and logs are checked: no keys."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
