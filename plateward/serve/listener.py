"""`python -m plateward.serve.listener` is granian that ends together with its parent.

If only the hub is killed, its listeners would go on, without signing the log's heads, and would block the hub's next
start. Granian's workers, forked from this process or spawned by running this module again, end with it in turn.
"""

import ctypes
import os
import signal

from granian.cli import entrypoint

from plateward.ground.vault.memory import leave_no_core_dump

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent() -> None:
    """Ask Linux for SIGKILL when the parent ends; elsewhere do nothing."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ in ("__main__", "__mp_main__"):
    end_with_parent()
    leave_no_core_dump()
if __name__ == "__main__":
    os.register_at_fork(after_in_child=end_with_parent)
    entrypoint()  # type: ignore[no-untyped-call]
