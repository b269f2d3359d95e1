"""Stand-ins for a camera, a recognizer and a hub."""

import socket
import ssl
import threading
from collections.abc import Generator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import cv2
import msgspec
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plateward.ground import clock
from plateward.ground.matching.kinds import DEFAULT_ALARMS
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.wire.batch import ReadRejection, Receipt, decode_batch
from plateward.ground.wire.codec import encode
from plateward.ground.wire.enrollment import EnrollmentGrant, EnrollmentRequest
from plateward.ground.wire.entries import EntryColumns, WireEntry
from plateward.ground.wire.hotlist import (
    HotListDelta,
    ListHead,
    SignedDelta,
    SignedHotList,
    WireHotList,
    sign_delta,
    sign_hotlist,
)
from plateward.ground.wire.officer import (
    LogInAnswer,
    LogInCode,
    Officer,
    ScreenAct,
    ScreenAnswer,
    decode_login,
    decode_report,
    decode_take_code,
)
from plateward.ground.wire.placement import (
    PLACEMENT_HEADER,
    DeploymentTimes,
    DropCounts,
    Placement,
    SignedPlacement,
    Zone,
    sign_placement,
)
from plateward.ground.wire.read import Read, open_read
from plateward.ground.wire.request import DELTA_HEADER, FINAL_HEADER, LISTS_HEADER, verify_request
from plateward.ground.wire.state import ReaderState
from plateward.reader.capture import CapturedRead, take_read
from plateward.reader.enroll import accept_grant, make_request
from plateward.reader.frames import Frame, Image
from plateward.reader.home import Home
from plateward.reader.position import parse_position
from plateward.reader.track import PlateSighting
from plateward.recognition.types import Character as ReadCharacter
from plateward.recognition.types import Plate, Thresholds
from plateward.testing.waiting import WITHIN

PASSWORD, CODE = "mesa verde 505", "123456"  # of every officer, at the hub that stands in
PURPOSES = {"patrol": "Patrol: reads and hot lists of the shift"}  # of every officer there
NOON = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


def photograph(shade: int = 90, height: int = 360, width: int = 640) -> Image:
    return np.full((height, width, 3), shade, np.uint8)


def plate(
    text: str = "ABC123",
    confidence: float = 0.95,
    box: tuple[int, int, int, int] = (100, 200, 80, 40),
    second: str = "",
) -> Plate:
    """Each character is as sure as the plate; `second` is a second reading whose other characters may be right."""
    others = second or "X" * len(text)
    characters = tuple(
        ReadCharacter(char, confidence, ((other, round(1 - confidence, 4)),) if other != char else ())
        for char, other in zip(text, others, strict=True)
    )
    return Plate(text, None, confidence, box, characters)


def made(
    key: Ed25519PrivateKey, text: str = "ABC123", image: Image | None = None
) -> tuple[Read, CapturedRead]:
    """A read and its stored form."""
    sighting = PlateSighting(Frame(photograph() if image is None else image, NOON), plate(text))
    place = parse_position("35.0844,-106.6504").at(NOON)
    return take_read(
        sighting, place, sure=True, camera="Unit 12 front", engine="test", hotlist_version=None, key=key
    )


def entry(text: str = "ABC123", **other: Any) -> WireEntry:
    fields: dict[str, Any] = {
        "id": uuid4(),
        "list_id": 1,
        "plate": text,
        "state": "NM",
        "reason": "stolen_vehicle",
        "reason_text": "Stolen vehicle",
        "priority": "high",
        "expires_at": None,
    }
    return WireEntry(**(fields | other))


def head(**other: Any) -> ListHead:
    fields: dict[str, Any] = {
        "id": 1,
        "name": "NCIC extract",
        "source": "NCIC",
        "alarms": DEFAULT_ALARMS,
        "refreshed_at": NOON,
    }
    return ListHead(**(fields | other))


def hot_list(*entries: WireEntry, version: str = "1", made_at: datetime = NOON, **other: Any) -> WireHotList:
    """Entries of a list; `other` overrides its head."""
    return WireHotList(version, made_at, [head(**other)], EntryColumns.of(entries))


class Plates:
    """An engine that reads scripted plates, whatever it sees: a list of plates for each frame, then none."""

    version = "test engine"
    thresholds = Thresholds(0.0, 0.0)

    def __init__(self, *frames: list[Plate]) -> None:
        self._frames = iter(frames)

    def read(self, image: Image) -> list[Plate]:
        return next(self._frames, [])


class Agency:
    """A hub's keys, and a reader enrolled there."""

    def __init__(self, directory: Path) -> None:
        self.ring = KeyRing.create(directory / "hub")
        self.authority = Authority.create(self.ring)
        self.home = Home(directory / "reader")
        self.directory = directory

    def grant(self, request: EnrollmentRequest, hub: str) -> Path:
        file = self.directory / "grant.json"
        certificate = self.authority.sign_client(request.csr_pem, request.name)
        hotlist_key = self.ring.signing("hotlist").public_key().public_bytes_raw()
        authority = self.authority.certificate_pem
        grant = EnrollmentGrant(request.name, request.camera, hub, certificate, authority, hotlist_key)
        file.write_bytes(msgspec.json.encode(grant))
        return file

    def enroll(self, hub: str) -> None:
        accept_grant(self.home, self.grant(make_request(self.home, "unit-12", "Unit 12 front"), hub))

    def placement(
        self, *zones: Zone, reader: str = "unit-12", made_at: datetime = NOON, deployed: bool = True
    ) -> SignedPlacement:
        """In public view since before noon, except in these zones."""
        deployments = [DeploymentTimes("public", NOON - timedelta(days=9))] if deployed else []
        placement = Placement(reader, made_at, deployments, list(zones))
        return sign_placement(self.ring.signing("hotlist"), placement)

    def hotlist(self, *entries: WireEntry, version: str = "1", made_at: datetime = NOON) -> SignedHotList:
        return sign_hotlist(
            self.ring.signing("hotlist"), hot_list(*entries, version=version, made_at=made_at)
        )

    def change(
        self, since: str, version: str, *added: WireEntry, removed: Sequence[WireEntry] = (), count: int
    ) -> SignedDelta:
        gone = b"".join(entry.id.bytes for entry in removed)
        delta = HotListDelta(since, version, NOON, [head()], EntryColumns.of(added), gone, count)
        return sign_delta(self.ring.signing("hotlist"), delta)


class Hub:
    """The device listener as a real TLS server. `behave` scripts its answers to the next batches."""

    def __init__(self, agency: Agency, port: int = 0, newest: ssl.TLSVersion | None = None) -> None:
        self.agency = agency
        self.stored: dict[UUID, Read] = {}
        self.images: set[str] = set()
        self.batches = 0
        self.placement: SignedPlacement | None = agency.placement()
        self.dropped: list[DropCounts | None] = []  # as the batches said
        self.states: list[ReaderState | None] = []  # as they said
        self.behave: list[str] = []
        self.hotlist: SignedHotList | None = None
        self.change: SignedDelta | None = None  # for readers that have a version
        self.making = 0  # how many times it says that the list is still being made
        self.body_may_come = threading.Event()  # until then only the start of a list is sent
        self.body_may_come.set()
        self.list_requests: list[tuple[str, str]] = []  # version and lists
        self.version = ""  # of `hotlist`; empty accepts any
        self.no_hotlist = False  # every request for the list fails
        self.polls = 0
        self.fetches = 0  # of the placement
        self.refuses = ""  # its answer to requests for the list, if it refuses
        self.late = threading.Event()  # set to release delayed answers
        self.officers = {"ada": "Agent Ada Archuleta", "ben": "Agent Ben Begay"}
        self.refused: dict[str, str] = {}  # who may not be at the screen any more, and why
        self.confirmed = ""  # who confirmed the code that it gave
        self.acts: list[ScreenAct] = []  # as the screen's reports said
        self.reports = 0
        self._gone = False
        self._server = ThreadingHTTPServer(("localhost", port), self._handler())
        self._server.daemon_threads = True
        certificate, key = agency.authority.issue_server(["localhost"])
        pem = agency.directory / "server.pem"
        pem.write_text(key + certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        context.load_verify_locations(cadata=agency.authority.certificate_pem)
        context.verify_mode = ssl.CERT_REQUIRED
        if newest:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = newest
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port: int = self._server.server_address[1]
        self.url = f"https://localhost:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._gone = True  # for connections that are open
        self.late.set()
        self._server.shutdown()
        self._server.server_close()

    def log_in(self, body: bytes) -> LogInAnswer:
        typed = decode_login(body)
        if why := self.refused.get(typed.username):
            return LogInAnswer(refused=why)
        if (typed.password, typed.code) != (PASSWORD, CODE) or typed.username not in self.officers:
            return LogInAnswer(refused="The username or the password is wrong.")
        return self.let_in(typed.username)

    def let_in(self, username: str) -> LogInAnswer:
        now = clock.now()
        until, key = now + timedelta(hours=12), bytes(range(32))
        return LogInAnswer(Officer(username, self.officers[username], now, until, key, PURPOSES))

    def give_code(self, _: bytes) -> LogInCode:
        return LogInCode("BCDFGHJK", "https://hub.example/reader/", clock.now() + timedelta(minutes=10))

    def take_code(self, body: bytes) -> LogInAnswer:
        assert decode_take_code(body).code == "BCDFGHJK"
        username, self.confirmed = self.confirmed, ""
        if why := self.refused.get(username):
            return LogInAnswer(refused=why)
        return self.let_in(username) if username else LogInAnswer()

    def take_report(self, body: bytes) -> ScreenAnswer:
        report = decode_report(body)
        self.reports += 1
        self.acts += report.acts
        return ScreenAnswer(
            {name: why for name, why in self.refused.items() if name in {report.officer, *report.kept}}
        )

    def take(self, body: bytes) -> Receipt:
        batch = decode_batch(body)
        receipt = Receipt(batch.id, [], [], [])
        self.dropped.append(batch.dropped)
        self.states.append(batch.state)
        self.images |= batch.images.keys()
        for signed in batch.reads:
            read = open_read(self.reader_key, signed)
            if read.plate == "NOSUCH":
                receipt.rejected.append(ReadRejection(read.id, "The camera is unknown."))
            elif read.plate == "INZONE":
                receipt.dropped.append(read.id)
            elif read.id in self.stored:
                receipt.duplicates.append(read.id)
            else:
                self.stored[read.id] = read
                receipt.accepted.append(read.id)
        return receipt

    @property
    def change_since(self) -> str:
        assert self.change
        return str(msgspec.msgpack.decode(self.change.body, type=HotListDelta).since)

    @property
    def placement_version(self) -> str:
        """That of the placement, or of one that the reader cannot get."""
        body = self.placement and self.placement.body
        return msgspec.msgpack.decode(body, type=Placement).version if body else "another"

    @property
    def reader_key(self) -> Ed25519PublicKey:
        request = msgspec.json.decode(self.agency.home.request.read_bytes(), type=EnrollmentRequest)
        return Ed25519PublicKey.from_public_bytes(request.public_key)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def parse_request(self) -> bool:
                if hub._gone:
                    self.close_connection = True
                    return False
                return super().parse_request()

            def do_POST(self) -> None:
                take = {
                    "/v1/login": hub.log_in,
                    "/v1/login/code": hub.give_code,
                    "/v1/login/code/taken": hub.take_code,
                    "/v1/screen": hub.take_report,
                }.get(self.path)
                if take:
                    body = self.rfile.read(int(self.headers["Content-Length"]))
                    verify_request(hub.reader_key, dict(self.headers), "POST", self.path, body, clock.now())
                    self.answer(200, encode(take(body)))
                    return
                hub.batches += 1
                length = int(self.headers["Content-Length"])
                behavior = hub.behave.pop(0) if hub.behave else "take"
                if behavior == "die":
                    self.rfile.read(length // 2)
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                body = self.rfile.read(length)
                verify_request(hub.reader_key, dict(self.headers), "POST", self.path, body, clock.now())
                if behavior == "take":
                    self.answer(200, encode(hub.take(body)))
                elif behavior == "late":
                    answer = encode(hub.take(body))
                    hub.late.wait(WITHIN)
                    self.answer(200, answer)
                elif behavior == "old":  # of an earlier version
                    hub.behave.insert(0, behavior)
                    if decode_batch(body).dropped:
                        self.answer(400, msgspec.msgpack.encode({"error": "Unknown field: dropped."}))
                    else:
                        self.answer(200, encode(hub.take(body)))
                elif behavior == "bad batch" and any(
                    open_read(hub.reader_key, signed).plate == "BADBAD" for signed in decode_batch(body).reads
                ):
                    hub.behave.insert(0, behavior)
                    self.answer(400, msgspec.msgpack.encode({"error": "A read has no place."}))
                elif behavior == "bad batch":
                    hub.behave.insert(0, behavior)
                    self.answer(200, encode(hub.take(body)))
                elif behavior == "nonsense":
                    self.answer(200, b"<html>Welcome to this network</html>")
                else:
                    self.answer(int(behavior), msgspec.msgpack.encode({"error": "It was revoked."}))

            def do_GET(self) -> None:
                verify_request(hub.reader_key, dict(self.headers), "GET", self.path, b"", clock.now())
                if self.path == "/v1/placement":
                    hub.fetches += 1
                    self.answer(200, encode(hub.placement) if hub.placement else b"nothing")
                    return
                hub.polls += 1
                version = self.headers.get("If-None-Match", "").strip('"'), self.headers.get(LISTS_HEADER, "")
                hub.list_requests.append(version)
                if hub.refuses:
                    final = {FINAL_HEADER: "1"} if "revoked" in hub.refuses else {}
                    self.answer(401, msgspec.msgpack.encode({"error": hub.refuses}), **final)
                elif hub.making:
                    hub.making -= 1
                    self.answer(202, b"")
                elif hub.change and version[0] == hub.change_since:
                    self.answer(200, encode(hub.change), **{DELTA_HEADER: "1"})
                elif hub.no_hotlist:
                    self.answer(503, msgspec.msgpack.encode({"error": "It cannot be read."}))
                elif hub.hotlist is None or version[0] == (hub.version or version[0] or None):
                    self.answer(304, b"")
                else:
                    self.answer(200, encode(hub.hotlist))

            def answer(self, status: int, content: bytes, **headers: str) -> None:
                self.send_response(status)
                headers |= {"Content-Length": str(len(content)), PLACEMENT_HEADER: hub.placement_version}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET" and content:
                    hub.body_may_come.wait(WITHIN)
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    self.close_connection = True

        return Handler


class Frames:
    """A source with this many frames: photographs, or with `still` False a moving picture."""

    live = False
    missed = 0
    problem = ""

    def __init__(self, count: int) -> None:
        self._count = count
        self.still = True
        self.waited = 0.0

    def frames(self) -> Generator[Frame | None]:
        for _ in range(self._count):
            yield Frame(photograph(), clock.now(), self.still)

    def pause(self, seconds: float) -> None:
        self.waited += seconds


def write_photograph(path: Path) -> None:
    cv2.imwrite(str(path), photograph())
