"""Readers' requests at the device listener: refused by certificate and headers where possible, received without holding
a thread, then answered by Django in one of a few threads that keep their database connections."""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import response_for_exception
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from plateward.field.fleet.devices import error_response, refused_by_headers
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.request import AUTHORITY_KEY, CERTIFICATE_KEY, TRUST_KEY
from plateward.serve.bodies import (
    MAX_BODY,
    BodyBudget,
    BodyRefused,
    ClientGone,
    Receive,
    Scope,
    Send,
    declared_length,
    drop_rest,
    read_body,
    size_text,
)

THREADS = 16  # what they bring at the same moment is received together (field/reads/intake)
Work = Callable[[HttpRequest], HttpResponseBase | None]


class Intake(BaseHandler):
    """An ASGI application: Django as on WSGI, with requests received in full first."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()
        self._threads = ThreadPoolExecutor(THREADS, "intake")
        self._room = BodyBudget()

    @enforces("6.i.ii/devices")
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response, received = await self._respond(scope, receive)
        except BodyRefused as refusal:
            response, received = error_response(refusal.status, str(refusal)), False
        except ClientGone:
            return
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.content})
        if not received:
            await drop_rest(receive)

    async def _respond(self, scope: Scope, receive: Receive) -> tuple[HttpResponse, bool]:
        """The answer, and whether the request was received to its end before."""
        length = declared_length(scope)
        if length is None:
            raise BodyRefused(411, "Nothing was saved: state the length of the body (Content-Length).")
        if length > MAX_BODY:
            raise BodyRefused(413, f"Nothing was saved: a batch has at most {size_text(MAX_BODY)}.")
        response = await self._in_thread(refused_by_headers, scope, b"") if length else None
        received = response is None
        if received:
            with self._room.take(scope[CERTIFICATE_KEY], length):
                body = await read_body(receive, length)
                response = await self._in_thread(self.get_response, scope, body)
        assert isinstance(response, HttpResponse)  # noqa: S101  # a reader's answers are none of them streams
        return response, received

    async def _in_thread(self, work: Work, scope: Scope, body: bytes) -> HttpResponseBase | None:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, _run_request, work, scope, body
        )


def _run_request(work: Work, scope: Scope, body: bytes) -> HttpResponseBase | None:
    """As Django's handlers do around a request: close database connections that are no longer usable."""
    request_started.send(Intake, scope=scope)
    try:
        request = ASGIRequest(scope, io.BytesIO(body))
        for key in (CERTIFICATE_KEY, AUTHORITY_KEY, TRUST_KEY):
            request.META[key] = scope[key]
        try:
            return work(request)
        except Exception as error:
            return response_for_exception(request, error)
    except UnicodeDecodeError:
        return error_response(400, "This request cannot be read.")
    finally:
        request_finished.send(Intake)
