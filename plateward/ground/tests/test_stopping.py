"""A signal ends a process at any moment: while its main thread has the event's own lock, too."""

import subprocess
import sys

INTERRUPTED = """
import os, signal, threading
from plateward.ground.stopping import stop_by
also = threading.Event()
stop = stop_by(signal.SIGTERM, also=also.set)
with stop._cond:  # as in the midst of stop.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)  # the same signal again
print(stop.wait(10), also.wait(10))
"""


def test_a_signal_never_waits_for_the_lock_of_what_it_interrupts() -> None:
    run = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=30, check=True
    )
    assert run.stdout.split() == ["True", "True"]
