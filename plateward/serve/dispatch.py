"""What the hub does by itself about calls for service, every second: CAD is told, and CAD is heard."""

import threading

from plateward.dispatch.hearing import hear
from plateward.dispatch.sending import send
from plateward.policy.trace import enforces
from plateward.serve.rounds import Job, go_on

EVERY = 1.0  # seconds
JOBS: tuple[Job, ...] = (send, hear)


@enforces("6.e.vii")
def look_after_calls(stop: threading.Event) -> None:
    """What CAD has not heard is sent to it, and what it did by itself is asked for."""
    go_on(JOBS, EVERY, stop)
