"""For programs that watch the hub, on this machine alone: whether it lives, whether it is ready, its figures for
Prometheus. Every label's value is a name from the code: no plate, no person, no address."""

import logging
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings
from django.db import connections
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from plateward.core.audit.models import Tree
from plateward.core.jobs.health import Light, parts
from plateward.field.fleet.checks.hub_facts import SILENT_AFTER
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.serve.background import FAILURES, SECONDS
from plateward.serve.health import QUEUES
from plateward.serve.passage import INNER

BEAT_S = 10.0  # without a sign of the hub's main loop for so long, it does not live
TEXT = "text/plain; charset=utf-8"
log = logging.getLogger(__name__)


class _Hub(Collector):
    """The figures that are asked of the database and the disk at each scrape."""

    def collect(self) -> Iterator[Metric]:
        lights = GaugeMetricFamily("plateward_light", "A part: 2 green, 1 amber, 0 red", labels=["part"])
        for part in parts():
            lights.add_metric([part.key], list(Light).index(part.read().light))
        yield lights
        queues = GaugeMetricFamily("plateward_queue_length", "What waits to be sent", labels=["queue"])
        for name, rows in QUEUES.items():
            queues.add_metric([name], rows().count())
        yield queues
        readers = Reader.objects.filter(revoked_at=None)
        connected = readers.filter(last_seen_at__gte=clock.now() - SILENT_AFTER).count()
        disk = shutil.disk_usage(settings.DATA)
        for name, text, value in (
            ("plateward_log_entries", "Entries of the audit log", Tree.objects.get().size),
            ("plateward_readers", "Readers that are enrolled", readers.count()),
            ("plateward_readers_connected", "Readers in contact", connected),
            ("plateward_disk_free_bytes", "Free on the disk of this node's data", disk.free),
            ("plateward_disk_bytes", "Size of that disk", disk.total),
        ):
            yield GaugeMetricFamily(name, text, value=value)


def registry() -> CollectorRegistry:
    """All that is measured."""
    every = CollectorRegistry()
    every.register(ProcessCollector(registry=None))
    for collector in (FAILURES, SECONDS, _Hub()):
        every.register(collector)
    return every


class Watched:
    """Answers on a port of this machine until `close`. `problem`: why the hub is not ready; empty if it is."""

    def __init__(self, port: int) -> None:
        self.problem = "the listeners do not answer yet"
        self._registry, self._one = registry(), threading.Lock()
        self._beat = time.monotonic()
        watched = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10  # for a client that says nothing

            def do_GET(self) -> None:
                status, kind, body = watched.safe_answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """A probe each second would fill the log."""

        self._server = ThreadingHTTPServer((INNER, port), Handler)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, name="watched", daemon=True).start()

    def beat(self) -> None:
        """The main loop lives."""
        self._beat = time.monotonic()

    def close(self) -> None:
        """No more answers."""
        self._server.shutdown()
        self._server.server_close()

    @enforces("AU-5/told")
    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body for this path."""
        match path:
            case "/health/live":
                alive = time.monotonic() - self._beat < BEAT_S
                return (200, TEXT, b"live\n") if alive else (503, TEXT, b"the main loop stands still\n")
            case "/health/ready":
                problem = self.problem or _log_problem()
                return (503, TEXT, f"{problem}\n".encode()) if problem else (200, TEXT, b"ready\n")
            case "/metrics":
                return 200, CONTENT_TYPE_LATEST, generate_latest(self._registry)
        return 404, TEXT, b"/health/live, /health/ready or /metrics\n"

    def safe_answer(self, path: str) -> tuple[int, str, bytes]:
        """The same, one at a time however many ask; 503 where it fails."""
        try:
            with self._one:
                return self.answer(path)
        except Exception:
            log.exception("A probe failed.")
            return 503, TEXT, b"see the hub's log\n"
        finally:
            connections.close_all()


def _log_problem() -> str:
    """Without its log the hub answers nobody (6.b.i.10)."""
    reading = next(part for part in parts() if part.key == "log").read()
    return "the audit log is not signed" if reading.light is Light.RED else ""
