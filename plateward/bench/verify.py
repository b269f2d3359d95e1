"""What an NCIC query costs beside the switch's own time.

The hub's own act, from the officer's press to the stored answer: the question logged, a TLS connection to the switch in
its own process, and the answer logged and stored. The simulated switch answers at once, so all the time measured is
ours. A confirmation request and its answer from the mailbox are measured too."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, percentile

if TYPE_CHECKING:
    from plateward.alerts.models import Alert
    from plateward.people.actor import PersonActor

QUERIES = 200
TARGET_MS = 50
ORI = "NM0000000"
ENTERED_BY = "TX0000000"


def run(progress: Callable[[str], None]) -> list[Figure]:
    """The figures, on an empty hub."""
    from plateward.demo.processes import Processes, free_port

    port = free_port(0)
    os.environ["PLATEWARD_NCIC_PORT"] = str(port)
    from plateward.db.setup import setup

    setup(migrated=False)
    from django.conf import settings

    from plateward.demo import furnish
    from plateward.serve.hub import prepare

    prepare()
    folder: Path = settings.HOME.parent
    certificate, key = furnish.simulator_certificate(folder)
    records = folder / "records.json"
    records.write_text(json.dumps([_record(number) for number in range(QUERIES)]))
    with Processes(folder / "logs") as processes:
        processes.start(
            "NCIC simulator",
            "plateward.simulators.ncic",
            *("--port", str(port), "--cert", str(certificate), "--key", str(key), "--records", str(records)),
        )
        processes.await_line("NCIC simulator", "NCIC simulator listening")
        progress(f"making {QUERIES} alerts")
        operator, alerts = _alerts()
        progress(f"asking NCIC {QUERIES} times")
        return _measure(operator, alerts)


def _plate(number: int) -> str:
    return f"VRF{number:04}"


def _record(number: int) -> dict[str, str]:
    return {
        "plate": _plate(number),
        "state": "NM",
        "nic": f"V{number:09}",
        "ori": ENTERED_BY,
        "oca": f"26-{number:06}",
        "reply": "mailed",
    }


def _alerts() -> "tuple[PersonActor, list[Alert]]":
    """An alert for each query, with its plate read."""
    from plateward.alerts.models import Alert
    from plateward.alerts.page import actions
    from plateward.people.actor import PersonActor
    from plateward.people.testing import person
    from plateward.testing.hotlist import load_hotlist
    from plateward.testing.roadside import enroll_reader

    ada = person("ada")
    actor = PersonActor.of(ada)
    load_hotlist(*(_plate(number) for number in range(QUERIES)))
    reader = enroll_reader()
    reader.send(*(reader.photo(_plate(number)) for number in range(QUERIES)))
    alerts = list(Alert.objects.select_related("entry").order_by("pk"))
    for alert in alerts:
        actions.confirm(actor, alert, alert.entry.plate, "NM")
    return actor, alerts


def _measure(actor: "PersonActor", alerts: "list[Alert]") -> list[Figure]:
    from plateward.alerts.verifying.asking import hit_confirmation, services
    from plateward.alerts.verifying.asking.actions import ask_ncic
    from plateward.alerts.verifying.models import HitAnswer
    from plateward.links.ncic import Priority

    switch = services.switch()
    query_times: list[float] = []
    requested: list[float] = []
    hits = 0
    for alert in alerts:
        begun = time.perf_counter()
        verification = ask_ncic(actor, alert, switch, ORI)
        query_times.append((time.perf_counter() - begun) * 1000)
        hits += verification.answer == "hit"
        [record] = hit_confirmation.named_records(alert)
        begun = time.perf_counter()
        hit_confirmation.request_confirmation(
            actor,
            alert,
            switch,
            ORI,
            record.nic,
            Priority.URGENT,
            record.oca,
        )
        requested.append((time.perf_counter() - begun) * 1000)
    begun = time.perf_counter()
    while hit_confirmation.fetch_answers():
        pass
    fetched = (time.perf_counter() - begun) * 1000 / len(alerts)
    p95 = percentile(query_times, 0.95)
    return [
        Figure("NCIC round trip beside the switch's own time, p95", p95, "ms", TARGET_MS, p95 <= TARGET_MS),
        Figure("NCIC round trip beside the switch's own time, p50", percentile(query_times, 0.5), "ms"),
        Figure("NCIC round trip beside the switch's own time, max", max(query_times), "ms"),
        Figure("hits", hits, "answers", QUERIES, hits == QUERIES),
        Figure("hit confirmation request sent, p95", percentile(requested, 0.95), "ms"),
        Figure("answer of an agency fetched and stored, mean", fetched, "ms"),
        Figure(
            "answers of agencies stored",
            HitAnswer.objects.count(),
            "answers",
            QUERIES,
            HitAnswer.objects.count() == QUERIES,
        ),
    ]
