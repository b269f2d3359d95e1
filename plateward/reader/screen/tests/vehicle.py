"""A reader in a vehicle, with its screen on a real socket."""

import io
import json
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import httpx
import pytest

from plateward.reader import cli
from plateward.reader.frames import Image
from plateward.reader.tests.stand_ins import CODE, PASSWORD, Agency, plate, write_photograph
from plateward.recognition import engines
from plateward.recognition.types import Plate, Thresholds
from plateward.testing.waiting import wait_until


class Road:
    """An engine that sees nothing until a vehicle passes."""

    version = "test engine"
    thresholds = Thresholds(0.0, 0.0)

    def __init__(self) -> None:
        self.frames = 0
        self._next: list[Plate] = []

    def passes(self, text: str) -> None:
        self._next += [plate(text)] * 3

    def read(self, image: Image) -> list[Plate]:
        self.frames += 1
        return [self._next.pop(0)] if self._next else []


class Browser:
    """What a browser at the screen does, without one: it trusts the reader's own certificate alone."""

    def __init__(self, vehicle: "Vehicle") -> None:
        trusted = ssl.create_default_context(cafile=str(vehicle.agency.home.screen_certificate))
        self.url = f"https://localhost:{vehicle.port}"
        self.client = httpx.Client(
            base_url=self.url, verify=trusted, trust_env=False, timeout=60, headers={"Origin": self.url}
        )
        vehicle.opened.append(self)

    def post(self, path: str, content: Any = None) -> str:
        """What is said against it; empty if nothing."""
        return str(self.answer(path, content).get("error", ""))

    def answer(self, path: str, content: Any = None) -> dict[str, Any]:
        found: dict[str, Any] = self.client.post(path, content=json.dumps(content)).json()
        return found

    def log_in(
        self, username: str = "ada", password: str = PASSWORD, code: str = CODE, purpose: str = "patrol"
    ) -> str:
        """With a purpose, unless that is empty."""
        typed = {"username": username, "password": password, "code": code}
        wrong = self.post("/login", typed)
        return wrong or (self.post("/purpose", purpose) if purpose else "")

    def state(self) -> dict[str, Any]:
        with self.client.stream("GET", "/events") as answer:
            line = next(line for line in answer.iter_lines() if line.startswith("data: {"))
        found: dict[str, Any] = json.loads(line.removeprefix("data: "))
        return found

    def alarms(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.state().get("alarms", [])
        return found


class Vehicle:
    """The reader, running in a thread of its own until `stop`."""

    def __init__(self, agency: Agency, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.agency, self.road, self.stop = agency, Road(), threading.Event()
        self.opened: list[Browser] = []
        self.out = io.StringIO()
        self.failed: BaseException | None = None
        self._ends: Callable[[], None] = lambda: None
        monkeypatch.setattr(engines, "load_engine", lambda *_, **__: self.road)
        monkeypatch.setattr(signal, "signal", lambda *_: None)  # not in the main thread

        def stop_on_signals(also: Any = lambda: None) -> threading.Event:
            self._ends = also
            return self.stop

        monkeypatch.setattr(cli, "_stop_on_signals", stop_on_signals)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        folder.mkdir(exist_ok=True)
        write_photograph(folder / "road.png")
        self._folder = folder

    @contextmanager
    def running(self) -> Iterator["Vehicle"]:
        options: Any = {"position": "35.0844,-106.6504", "loop": True, "every": 0.05, "screen": self.port}

        def drive() -> None:
            try:
                cli.reader(source=str(self._folder), home=self.agency.home.path, **options)
            except BaseException as error:
                self.failed = error
                raise

        start = threading.Thread(target=drive, daemon=True)
        with redirect_stdout(self.out):  # the log, as the reader opens it
            start.start()
            wait_until(lambda: self._answers() or not start.is_alive())
        assert self.failed is None
        try:
            yield self
        finally:
            self.stop.set()
            self._ends()
            start.join(60)
            for browser in self.opened:
                browser.client.close()
            assert not start.is_alive()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_until_reading(self) -> None:
        before = self.road.frames
        wait_until(lambda: self.road.frames > before + 2 or self.failed is not None)
        assert self.failed is None
