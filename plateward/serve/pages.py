"""Browsers' requests at the people's listener: received whole, in memory, bounded; large ones only from signed-in
people."""

import json
from http.cookies import CookieError, SimpleCookie
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connections
from django.template.loader import render_to_string

from plateward.ground.policy.trace import enforces
from plateward.people.sessions import SessionStore
from plateward.serve.behind_door import send_response
from plateward.serve.bodies import (
    MAX_BODY,
    Application,
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

MAX_ANONYMOUS = 64 * 1024  # bytes: the sign-in forms


def one_cookie_header(application: Application) -> Application:
    """Join a request's cookie fields. A browser may split its cookies over several HTTP/2 fields, to be joined with ";
    " before an application sees them (RFC 9113, 8.2.3). Django joins them with a comma, and loses the session.
    """

    async def joined(scope: Scope, receive: Receive, send: Send) -> None:
        cookies = [value for name, value in scope.get("headers", ()) if name == b"cookie"]
        if len(cookies) > 1:
            other_headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            scope = scope | {"headers": [*other_headers, (b"cookie", b"; ".join(cookies))]}
        await application(scope, receive, send)

    return joined


@enforces("6.i.i/aes")
def buffered(application: Application) -> Application:
    """The application, called once the request has arrived. Its body stays in memory: Django would write a larger one
    to disk unencrypted. Hot lists, which may be larger, come in parts."""
    room = BodyBudget()

    async def in_whole(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            most = await _max_body(scope)
            with room.take(scope["client"][0], most if most > MAX_ANONYMOUS else 0):
                body = await read_body(receive, most)
                await application(scope, _replay(body, receive), send)
        except BodyRefused as refusal:
            await _send_refusal(scope, send, refusal)
            await drop_rest(receive)
        except ClientGone:
            return

    return in_whole


async def _max_body(scope: Scope) -> int:
    """How long the body may be. Raises `BodyRefused` if its headers say that it is longer."""
    length = declared_length(scope)
    if length is not None and length > MAX_BODY:
        raise BodyRefused(413, f"Nothing was saved: a request has at most {size_text(MAX_BODY)} here.")
    if length is not None and length <= MAX_ANONYMOUS:
        return MAX_ANONYMOUS  # over HTTP/2 a short body may omit its length
    if not await sync_to_async(_has_session, thread_sensitive=False)(scope):
        raise BodyRefused(
            413,
            f"Nothing was saved: more than {size_text(MAX_ANONYMOUS)} is accepted only after log-in. Log in, "
            "then send it again.",
        )
    return MAX_BODY if length is None else length


@enforces("6.c.ii.1/all")
def _has_session(scope: Scope) -> bool:
    """Whether the cookie belongs to somebody's session; permissions are checked once the request has arrived."""
    try:
        cookies = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return False
    cookie = cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie is None:
        return False
    try:
        return SESSION_KEY in SessionStore(cookie.value)
    finally:
        connections.close_all()  # a later request opens them again


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body for the first receiver; later receivers get whatever follows it."""
    delivered = False

    async def next_event() -> Any:
        nonlocal delivered
        if delivered:
            return await receive()
        delivered = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_event


async def _send_refusal(scope: Scope, send: Send, refusal: BodyRefused) -> None:
    """A page for a browser, JSON for a script. Made without Django's request, so nobody is authenticated."""
    accepted = dict(scope["headers"]).get(b"accept", b"")
    if b"text/html" in accepted:
        page = render_to_string("status.html", {"heading": "Request refused", "problem": str(refusal)})
        await send_response(send, refusal.status, "text/html; charset=utf-8", page.encode())
    else:
        body = json.dumps({"reason": str(refusal)})
        await send_response(send, refusal.status, "application/json", body.encode())
