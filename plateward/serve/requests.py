"""What the hub does by itself about requests for hot-list entries, every minute: each job does what is due."""

import threading

from plateward.hotlists.requests.settling import end_unreviewed_in_time, settle_numbers
from plateward.policy.trace import enforces
from plateward.serve.rounds import Job, go_on

EVERY = 60.0  # seconds
JOBS: tuple[Job, ...] = (settle_numbers, end_unreviewed_in_time)


@enforces("6.a.iii", "6.f.i.1")
def look_after_requests(stop: threading.Event) -> None:
    """Numbers that CAD gave no answer for are asked again, and what nobody reviewed in time is noted as ended."""
    go_on(JOBS, EVERY, stop)
