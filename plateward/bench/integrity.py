"""How much the integrity monitor looks at in a second, and what it costs intake beside it."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, percentile

if TYPE_CHECKING:
    from plateward.jobs.check import Step
    from plateward.testing.roadside import Roadside

BATCHES, READS = 100, 20  # batches, and reads of each, with two images
IMAGE = b"\xff\xd8\xff\xe0" + os.urandom(100_000)  # the context; the plate's is the same here
ENTRIES = 20_000  # of the log
INTAKE_S, TIMES = (
    20.0,
    2,
)  # of each measurement with and without the monitor, in turn: a machine's speed changes
STOCK = 15_000_000  # reads: 30 days of 500,000
WITHIN_DAYS, SLOWER = 7.0, 1.25  # targets


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Each rolling check over a stock that it goes over once; batches with and without the monitor at its share."""
    from plateward.db.setup import setup

    setup(migrated=False)
    from django.conf import settings

    from plateward.audit.heads import sign_head
    from plateward.audit.integrity import look_at_entries
    from plateward.bench.audit import fill
    from plateward.oversight.integrity.actions import EVERY, run_due
    from plateward.reads.integrity import look_at_batches, look_at_images, look_at_reads
    from plateward.serve.hub import prepare
    from plateward.testing.roadside import enroll_reader

    prepare()
    reader = enroll_reader()
    progress(f"storing {BATCHES * READS:,} reads")
    for _ in range(BATCHES):
        _send(reader)
    looks = {"images": look_at_images, "reads": look_at_reads, "batches": look_at_batches}
    rates = {}
    for name, look in looks.items():
        progress(f"looking at {name}")
        rates[name] = _rate(look(""))
    progress(f"looking at {ENTRIES:,} audit entries")
    for _ in range(ENTRIES // 500):
        fill(500)
        sign_head()
    rates["audit entries"] = _rate(look_at_entries(""))
    figures = [Figure(f"{name} looked at", rate, "1/s") for name, rate in rates.items()]
    share = settings.INTEGRITY_SHARE / 100
    seconds = STOCK * (2 / rates["images"] + 1 / rates["reads"] + 1 / READS / rates["batches"])
    days = seconds / share / 86_400
    figures.append(
        Figure(f"a round over {STOCK:,} reads, on one node", days, "days", WITHIN_DAYS, days <= WITHIN_DAYS)
    )
    progress("receiving batches without the monitor and beside it, in turn")
    alone, beside, stop, at_work = list[float](), list[float](), threading.Event(), threading.Event()

    def monitor() -> None:
        while not stop.wait(EVERY):
            if at_work.is_set():
                run_due()

    thread = threading.Thread(target=monitor, daemon=True)
    thread.start()
    for _ in range(TIMES):
        alone += _batch_ms(reader)
        at_work.set()
        beside += _batch_ms(reader)
        at_work.clear()
    stop.set()
    thread.join()
    return [
        *figures,
        Figure("a batch without the monitor, median", percentile(alone, 0.5), "ms"),
        Figure("a batch without the monitor, 95th percentile", percentile(alone, 0.95), "ms"),
        Figure("a batch beside the monitor, median", percentile(beside, 0.5), "ms"),
        Figure("a batch beside the monitor, 95th percentile", percentile(beside, 0.95), "ms"),
        Figure(
            "batches beside it, of those without",
            (ratio := len(beside) / len(alone)),
            "",
            1 / SLOWER,
            ratio >= 1 / SLOWER,
        ),
    ]


def _send(reader: "Roadside") -> None:
    reader.send(*(reader.photo(image=IMAGE) for _ in range(READS)))


def _rate(steps: "Iterator[Step]") -> float:
    began, looked = time.perf_counter(), 0
    for step in steps:
        if step.faults:
            raise RuntimeError(step.faults[0].problem)
        looked += step.looked
    return looked / (time.perf_counter() - began)


def _batch_ms(reader: "Roadside") -> list[float]:
    """How long each batch takes, one after another."""
    took, until = list[float](), time.monotonic() + INTAKE_S
    while time.monotonic() < until:
        began = time.perf_counter()
        _send(reader)
        took.append(1000 * (time.perf_counter() - began))
    return took
