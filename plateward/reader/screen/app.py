"""The screen's own little site. Only its page, style, script and log-in answer to who is not logged in."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import WireError
from plateward.ground.wire.officer import MAX_LOGIN_BYTES, LogIn
from plateward.reader.screen.board import Board
from plateward.reader.screen.credentials import LogInRefused
from plateward.reader.screen.crew import Crew

COOKIE = "__Host-plateward-screen"
PAGE = Path(__file__).with_name("page.html")
BUILT = Path(__file__).parents[2] / "web" / "static" / "dist" / "screen"  # by frontend/build.py
LOOK, ALIVE = 0.05, 2.0  # seconds between two looks at the board; between two events at most
SILENT = 15.0  # seconds without a word of the page, which says every 5 whether it is seen and heard
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


HIDDEN = "The screen in this vehicle is hidden: alarms are not seen."
MUTE = "The sound of the screen in this vehicle is off: alarms are not heard."


class Listening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page knows of itself: its window is visible, its audio runs."""

    seen: bool
    heard: bool


@enforces("SC-8/people", "6.a.i.2/vehicle")
class Guard:
    """Answers only to who asks for this machine by its own name, from its own page: a page elsewhere whose name leads
    here gets nothing."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in HEADERS.items()),
                ]
            await send(message)

        request = Request(scope)
        origin = request.headers.get("origin")
        known = request.headers.get("host", "") in self._hosts and origin in (
            None,
            *(f"https://{host}" for host in self._hosts),
        )
        if known and (scope["method"] == "GET" or origin):
            await self._app(scope, receive, with_headers)
        else:
            await JSONResponse({"error": "Ask for this screen by its own address."}, 421)(
                scope, receive, with_headers
            )


class ScreenApp:
    """Its routes."""

    def __init__(self, board: Board, crew: Crew, name: str) -> None:
        self._board, self._crew, self._name = board, crew, name
        self._listened = time.monotonic()
        self._lack = ""

    def application(self, port: int) -> Starlette:
        hosts = frozenset({f"localhost:{port}", f"127.0.0.1:{port}"})
        return Starlette(
            routes=[
                Route("/", self.page),
                Route("/{name:str}.{kind:str}", self.built),
                Route("/login", self.log_in, methods=["POST"]),
                Route("/code", self.ask_code, methods=["POST"]),
                Route("/code/taken", self.take_code, methods=["POST"]),
                Route("/purpose", self.state_purpose, methods=["POST"]),
                Route("/logout", self.log_out, methods=["POST"]),
                Route("/listening", self.listening, methods=["POST"]),
                Route("/acknowledge", self.acknowledge, methods=["POST"]),
                Route("/events", self.events),
                Route("/picture/{read:uuid}/{which:str}", self.picture),
            ],
            middleware=[Middleware(Guard, hosts=hosts)],
        )

    async def page(self, _: Request) -> Response:
        return FileResponse(PAGE)

    async def built(self, request: Request) -> Response:
        file = f"{request.path_params['name']}.{request.path_params['kind']}"
        return (
            FileResponse(BUILT / file) if file in ("screen.js", "screen.css") else Response(status_code=404)
        )

    @enforces("6.e.i/vehicle", "AC-8/banner")
    async def log_in(self, request: Request) -> Response:
        session, wrong = await _tried(request, LogIn, self._crew.log_in)
        return wrong or _known_by(session.token, {})

    @enforces("6.e.i/vehicle", "AC-8/banner")
    async def ask_code(self, request: Request) -> Response:
        asked, wrong = await _tried(request, str, self._crew.ask_code)
        return wrong or _known_by(
            asked.token,
            {
                "code": f"{asked.code.code[:4]}-{asked.code.code[4:]}",
                "address": asked.code.address,
                "until": f"{asked.code.until.astimezone():%H:%M}",
            },
        )

    async def take_code(self, request: Request) -> Response:
        """Asked again and again while the code is shown."""
        token = request.cookies.get(COOKIE, "")
        session, wrong = await _tried(request, None, lambda _: self._crew.take_code(token))
        return wrong or JSONResponse({"taken": session is not None})

    async def state_purpose(self, request: Request) -> Response:
        if not self._is_in(request):
            return _locked()
        _, wrong = await _tried(request, str, self._crew.state_purpose)
        return wrong or JSONResponse({})

    async def log_out(self, request: Request) -> Response:
        if not self._is_in(request):
            return _locked()
        await run_in_threadpool(self._crew.log_out)
        return JSONResponse({})

    @enforces("5.b/vehicle")
    async def listening(self, request: Request) -> Response:
        """The officer's page says whether it is seen and can be heard."""
        if not self._is_in(request):
            return _locked()
        said, wrong = await _tried(request, Listening, lambda said: said)
        if wrong:
            return wrong
        self._listened = time.monotonic()
        self._lack = "" if said.seen and said.heard else HIDDEN if said.heard else MUTE
        return JSONResponse({})

    @enforces("5.b/vehicle")
    def unheard(self) -> str:
        """Why nobody sees or hears an alarm now; empty if somebody does. What is off behind the page, a display or a
        loudspeaker, it cannot know."""
        if time.monotonic() - self._listened > SILENT:
            return "No screen is open in this vehicle: alarms are neither seen nor heard."
        return self._lack

    @enforces("5.b/vehicle", "6.b.i.9/entries")
    async def acknowledge(self, request: Request) -> Response:
        session = self._crew.session
        if not self._is_in(request) or session is None or not session.purpose:
            return _locked()
        try:
            number = msgspec.json.decode(await _body(request), type=int)
        except msgspec.DecodeError:
            return JSONResponse({"error": "Not an alarm's number."}, 400)
        if read := self._board.acknowledge(number):
            of = session.officer.username, "", read, session.purpose
            with suppress(OSError):  # no full disk keeps an alarm ringing
                await run_in_threadpool(self._crew.acts.add, "acknowledge", *of)
        return JSONResponse({})

    async def picture(self, request: Request) -> Response:
        if not self._is_in(request):
            return _locked()
        read: UUID = request.path_params["read"]
        jpeg = self._board.picture(read, request.path_params["which"])
        return Response(status_code=404) if jpeg is None else Response(jpeg, media_type="image/jpeg")

    async def events(self, request: Request) -> Response:
        return StreamingResponse(self._events(request), media_type="text/event-stream")

    async def _events(self, request: Request) -> AsyncIterator[str]:
        """The whole state, whenever it changes, and every few seconds; to who is not logged in, that nobody is."""
        sent, version, at = "", -1, 0.0
        loop = asyncio.get_running_loop()
        while not await request.is_disconnected():
            if version != self._board.version or loop.time() - at > ALIVE:
                version, at = self._board.version, loop.time()
                state = json.dumps(self._state(request))
                yield "event: alive\ndata: 1\n\n" if state == sent else f"data: {state}\n\n"
                sent = state
            await asyncio.sleep(LOOK)

    def _state(self, request: Request) -> dict[str, Any]:
        session = self._crew.session
        if session is None or not self._is_in(request):
            return {"reader": self._name}
        return {
            "reader": self._name,
            "officer": session.officer.full_name,
            "username": session.officer.username,
            "until": f"{session.officer.until.astimezone():%H:%M}",
            "kept": not session.by_hub,
            **(self._board.state() if session.purpose else {"purposes": session.officer.purposes}),
        }

    def _is_in(self, request: Request) -> bool:
        return self._crew.is_this(request.cookies.get(COOKIE, ""))


async def _tried(request: Request, kind: Any, act: Callable[[Any], Any]) -> tuple[Any, Response | None]:
    """What the act gives for what was sent, which is of this kind; or the answer that says why it was not done."""
    try:
        return await run_in_threadpool(act, msgspec.json.decode(await _body(request), type=kind)), None
    except (msgspec.DecodeError, WireError) as error:
        return None, JSONResponse({"error": str(error)}, 400)
    except LogInRefused as refused:
        return None, JSONResponse({"error": str(refused)}, 403)
    except OSError as error:
        return None, JSONResponse({"error": f"It cannot be recorded: {error}"}, 507)


def _known_by(token: str, content: dict[str, str]) -> Response:
    answer = JSONResponse(content)
    answer.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="strict")
    return answer


def _locked() -> Response:
    return JSONResponse({"error": "Log in first."}, 401)


async def _body(request: Request) -> bytes:
    """At most as much as a log-in has."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MAX_LOGIN_BYTES:
                raise WireError("Too long.")
    except ClientDisconnect:
        return b""
    return bytes(body)
