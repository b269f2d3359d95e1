"""Who is logged in at this reader."""

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.keyring import KeyRing, derive_key
from plateward.ground.wire.officer import LogIn, Officer, is_over
from plateward.reader.errors import HubAway, HubRefuses
from plateward.reader.home import Home
from plateward.reader.hub import Hub
from plateward.reader.screen.acts import Acts
from plateward.reader.screen.credentials import Credentials, LogInRefused

LOOK = 0.2  # seconds


@dataclass(frozen=True)
class Session:
    """One officer, in one browser: `token` is in its cookie. What works with the officer's key ends with `over`."""

    officer: Officer
    by_hub: bool
    over: threading.Event = field(default_factory=threading.Event, repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


@enforces("6.e.i/vehicle", "6.a.i.2/vehicle", "SC-28/reader")
class Crew:
    """At most one session. `changed` is called after each change."""

    def __init__(self, place: Home, ring: KeyRing, name: str, hub: Hub) -> None:
        self.acts = Acts(place.acts, ring.key("acts"))
        self.session: Session | None = None
        self.changed: Callable[[], None] = lambda: None
        self._ring, self._hub = ring, hub
        self._credentials = Credentials(place.officers, ring, name)
        self._lock = threading.Lock()

    @enforces("6.e.i/vehicle", "6.c.ii.1/factors", "AC-7/lock", "AU-2/logons")
    def log_in(self, typed: LogIn) -> Session:
        """1. The hub checks password and code, and puts it on its log. 2. Only if it cannot be reached, the credential
        that the last such log-in left; that goes on the log later. Ends an earlier session. Raises `LogInRefused`."""
        with self._lock:
            username = typed.username.strip().lower()
            try:
                answer = self._hub.log_in(typed)
            except HubRefuses as error:  # this reader: then nobody logs in at it
                raise LogInRefused(str(error)) from error
            except HubAway:
                session = Session(self._by_credential(username, typed.password), by_hub=False)
            else:
                if answer.officer is None:
                    raise LogInRefused(answer.refused or "The hub refused it.")
                if is_over(answer.officer, clock.now()):
                    raise LogInRefused("This reader's clock is not the hub's. Set it, then log in again.")
                with suppress(OSError):  # a full disk keeps nobody from working while there is a connection
                    self._credentials.keep(answer.officer, typed.password)
                session = Session(answer.officer, by_hub=True)
            self._end("Another log-in at this screen.")
            self.session = session
        self.changed()
        return session

    def _by_credential(self, username: str, password: str) -> Officer:
        try:
            officer = self._credentials.open(username, password, clock.now())
        except LogInRefused as refused:
            self.acts.add("fail", username, str(refused))
            raise
        self.acts.add("login", username, "By the log-in kept at the reader, while the hub was away.")
        return officer

    def log_out(self, why: str = "Logged out.") -> None:
        with self._lock:
            self._end(why)
        self.changed()

    def _end(self, why: str) -> None:
        session, self.session = self.session, None
        if session:
            session.over.set()
            with suppress(OSError):  # a full disk keeps nobody logged in
                self.acts.add("logout", session.officer.username, why)

    def is_this(self, token: str) -> bool:
        session = self.session
        return session is not None and hmac.compare_digest(session.token.encode(), token.encode())

    def key(self, session: Session, purpose: str) -> bytes:
        """The key for what the reader stores: it needs both the ring and an officer's log-in."""
        return derive_key(self._ring.key(purpose) + session.officer.data_key, "officer's")

    def usernames(self) -> list[str]:
        return self._credentials.usernames()

    @enforces("6.a.i.2/vehicle", "5.d/says")
    def take_refusals(self, refused: Mapping[str, str]) -> None:
        """The hub says who may not be here any more."""
        if gone := [name for name in self.usernames() if name in refused]:
            self._credentials.forget(gone)
        session = self.session
        if session and (why := refused.get(session.officer.username)):
            self.log_out(why)

    def end_what_is_over(self) -> None:
        """End what is over."""
        self._credentials.remove_old(clock.now())
        if self.session and is_over(self.session.officer, clock.now()):
            self.log_out("The log-in is over.")

    def interrupt(self) -> None:
        """What works with an officer's key stops now; the session ends with it."""
        if session := self.session:
            session.over.set()

    def await_officer(self, stop: threading.Event) -> Session | None:
        """The session, once there is one; None if stopped before."""
        while not stop.is_set():
            if session := self.session:
                return session
            stop.wait(LOOK)
        return None
