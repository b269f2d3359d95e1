"""A reader with a screen: it reads while an officer is logged in, and holds their key no longer."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from plateward.ground.places.words import read_places
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.keyring import KeyRing
from plateward.reader.home import Home
from plateward.reader.hub import Hub
from plateward.reader.process import ReaderProcess
from plateward.reader.screen.app import ScreenApp
from plateward.reader.screen.board import Board
from plateward.reader.screen.crew import Crew
from plateward.reader.screen.reporter import Reporter
from plateward.reader.screen.server import serving
from plateward.reader.screen.troubles import Troubles


class ReadOn(Protocol):
    """Reads until the source ends or `stop`; calls the hooks before the first frame."""

    def __call__(
        self,
        log: Board,
        key: Callable[[str], bytes],
        stop: threading.Event,
        *hooks: Callable[[ReaderProcess], None],
    ) -> None: ...


@enforces("6.e.i/vehicle", "6.a.i.2/vehicle", "SC-28/reader")
def read_with_officers(
    place: Home,
    ring: KeyRing,
    name: str,
    hub: Hub,
    port: int,
    roads: Path | None,
    read_on: ReadOn,
    stop_on_signals: Callable[[Callable[[], None]], threading.Event],
) -> None:
    """1. Nobody is logged in: no key, so nothing is opened, read or shown. 2. An officer logs in and states a purpose:
    stores open with the officer's key, and the reader reads. 3. The log-in ends: it stops, and forgets key, pictures
    and plates. Then again from 1, until the source ends or a signal comes."""
    crew, board = Crew(place, ring, name, hub), Board(read_places(roads))
    app = ScreenApp(board, crew, name)
    stop = stop_on_signals(crew.interrupt)
    reporter = Reporter(crew, hub, board.changed)

    def begin(process: ReaderProcess) -> None:
        reporter.unsent = process.stores.spool.waiting
        process.unheard = app.unheard
        board.troubles = Troubles(process, crew, reporter)

    def settle() -> None:
        board.changed()
        reporter.wake()

    crew.changed = settle
    reporter.start()
    try:
        with serving(place, ring, app, port):
            board.say(f"The officer's screen: https://localhost:{port}/")
            while session := crew.await_officer(stop):
                read_on(board, partial(crew.key, session), session.over, begin)
                board.clear()
                if not session.over.is_set():  # the source has ended
                    break
    finally:
        crew.log_out("The reader stopped.")
        reporter.stop()
