"""The hub's background work: every job that a room declares, each in its own thread."""

import logging
import threading
import time
from collections.abc import Iterable

from django.db import connections
from prometheus_client import Counter, Summary

from plateward.core.jobs.job import Job
from plateward.ground.errors import HubMustStop
from plateward.ground.policy.trace import enforces

log = logging.getLogger(__name__)

SECONDS = Summary("plateward_job_seconds", "How long a job took", ["job"], registry=None)
FAILURES = Counter("plateward_job_failures", "How often a job failed", ["job"], registry=None)

LOG_EVERY = 60.0  # seconds: a lasting failure must not fill the log
# Seconds. A job that runs more often keeps its database connection; signing a head must open the database anew, or it
# would not notice that another was put in its place.
KEPT_BELOW = 10.0


def start(jobs: Iterable[Job], stop: threading.Event) -> list[threading.Thread]:
    """Run all of them until `stop`; none waits for another."""
    threads = [threading.Thread(target=repeat, args=[job, stop], name=job.name, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    return threads


@enforces("AU-5/told", "AU-9/found")
def repeat(job: Job, stop: threading.Event) -> None:
    """Run it once per period until `stop`. A failure is logged, and the job runs again; a database restored under the
    running hub stops the hub."""
    failures, quiet = 0, max(1, round(LOG_EVERY / job.every))
    while not stop.is_set():
        began = time.perf_counter()
        try:
            job.run()
            failures = 0
        except HubMustStop as error:
            log.critical("The hub stops (AU-9). %s", error)
            stop.set()
        except Exception:
            if failures % quiet == 0:
                level = logging.CRITICAL if job.alarm else logging.ERROR
                sentence = f"%s failed; retrying in %.0f s. {job.alarm}".strip()
                log.log(level, sentence, job.name, job.every, exc_info=True)
            failures += 1
            FAILURES.labels(job.name).inc()
        SECONDS.labels(job.name).observe(time.perf_counter() - began)
        if failures or job.every >= KEPT_BELOW:
            connections.close_all()
        stop.wait(job.every)
    connections.close_all()
