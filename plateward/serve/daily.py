"""What the hub does by itself about people's access, every hour: each job does what is due, and nothing twice."""

import threading

from plateward.audit.repeats import settle
from plateward.people.access.interruptions import unused
from plateward.people.access.reviews.actions import open_due
from plateward.people.sessions import SessionStore
from plateward.policy.trace import enforces
from plateward.serve.rounds import Job, go_on

EVERY = 3600.0  # seconds
JOBS: tuple[Job, ...] = (unused.notice_all, open_due, settle, SessionStore.clear_expired)


@enforces("AC-2", "AC-6")
def look_after_people(stop: threading.Event) -> None:
    """Access that was not used for 90 days is put on record, and the yearly review opens; the refusals themselves
    never wait for it. What was counted goes on the log, and sessions that are over are swept out."""
    go_on(JOBS, EVERY, stop)
