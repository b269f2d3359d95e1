"""Who is logged in at this reader."""

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.keyring import KeyRing, derive_key
from plateward.ground.wire.officer import LogIn, LogInAnswer, LogInCode, Officer, is_over
from plateward.reader.errors import HubAway, HubRefuses
from plateward.reader.home import Home
from plateward.reader.hub import Hub
from plateward.reader.screen.acts import Acts
from plateward.reader.screen.credentials import Credentials, LogInRefused

LOOK = 0.2  # seconds
SHORTEST = 8  # characters of a password that opens what a log-in leaves here (CJIS IA-5)


@dataclass(frozen=True)
class Session:
    """One officer, in one browser: `token` is in its cookie. What works with the officer's key ends with `over`, and
    begins once a `purpose` is stated."""

    officer: Officer
    by_hub: bool
    purpose: str = ""
    over: threading.Event = field(default_factory=threading.Event, repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


@dataclass(frozen=True)
class AskedLogIn:
    """A log-in that waits until somebody confirms its code on the hub's pages: for the browser with this `token`.
    `password` is for later log-ins without the hub; empty: none."""

    code: LogInCode
    password: str = field(repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


@enforces("6.e.i/vehicle", "6.a.i.2/vehicle", "SC-28/reader")
class Crew:
    """At most one session. `changed` is called after each change."""

    def __init__(self, place: Home, ring: KeyRing, name: str, hub: Hub) -> None:
        self.acts = Acts(place.acts, ring.key("acts"))
        self.session: Session | None = None
        self._asked: AskedLogIn | None = None
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
                session = Session(self._by_hub(answer, typed.password), by_hub=True)
            self._begin(session)
        self.changed()
        return session

    @enforces("6.e.i/vehicle", "IA-2/people")
    def ask_code(self, password: str) -> AskedLogIn:
        """For who logs in with a passkey or through the agency's directory, which only the hub's pages know. Raises
        `LogInRefused`."""
        if password and len(password) < SHORTEST:
            raise LogInRefused(f"A shift password has at least {SHORTEST} characters (CJIS IA-5).")
        try:
            self._asked = asked = AskedLogIn(self._hub.ask_code(), password)
        except HubAway as error:
            raise LogInRefused(f"{error} A code needs a connection to the hub.") from error
        return asked

    @enforces("6.e.i/vehicle", "AU-2/logons")
    def take_code(self, token: str) -> Session | None:
        """The session, once somebody has confirmed the code that this browser shows. Ends an earlier one. Raises
        `LogInRefused`, and `OSError` if it cannot be recorded."""
        with self._lock:
            asked = self._asked
            if asked is None or not hmac.compare_digest(asked.token.encode(), token.encode()):
                raise LogInRefused("This code is no longer valid. Ask for another one.")
            try:
                answer = self._hub.take_code(asked.code.code)
            except HubRefuses as error:
                raise LogInRefused(str(error)) from error
            except HubAway:
                return None
            if answer == LogInAnswer():
                return None
            self._asked = None  # it counts once
            officer = self._by_hub(answer, asked.password)
            self.acts.add("login", officer.username, "By a code, confirmed on the hub's pages.")
            session = Session(officer, by_hub=True, token=asked.token)
            self._begin(session)
        self.changed()
        return session

    def _by_hub(self, answer: LogInAnswer, password: str) -> Officer:
        """Whom the hub let in; with a password, they can log in later without it."""
        officer = answer.officer
        if officer is None:
            raise LogInRefused(answer.refused or "The hub refused it.")
        if is_over(officer, clock.now()):
            raise LogInRefused("This reader's clock is not the hub's. Set it, then log in again.")
        if password:
            with suppress(OSError):  # a full disk keeps nobody from working while there is a connection
                self._credentials.keep(officer, password)
        return officer

    def _begin(self, session: Session) -> None:
        self._end("Another log-in at this screen.")
        self.session = session

    @enforces("6.a.i.2/vehicle", "6.a.i.1/every")
    def state_purpose(self, purpose: str) -> None:
        """What the officer looks at plates for, until the log-out; before it, nothing is read. Raises `LogInRefused`,
        and `OSError` if it cannot be recorded."""
        with self._lock:
            session = self.session
            if session is None or session.purpose or purpose not in session.officer.purposes:
                raise LogInRefused("Choose one of the purposes of your duties (OPR:50 6.a.i.1).")
            self.acts.add("purpose", session.officer.username, purpose=purpose)
            self.session = replace(session, purpose=purpose)
        self.changed()

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
                self.acts.add("logout", session.officer.username, why, purpose=session.purpose)

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
        """The session, once there is one whose purpose is stated; None if stopped before."""
        while not stop.is_set():
            if (session := self.session) and session.purpose:
                return session
            stop.wait(LOOK)
        return None
