"""The people's listener: pages and event streams."""

import os
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

from plateward.db.at_rest import require_encryption_at_rest
from plateward.db.in_transit import require_encryption_in_transit
from plateward.serve.heap import freeze

os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_pages"  # whatever started this listener

MAX_BODY = (
    32 * 1024 * 1024
)  # bytes; below FILE_UPLOAD_MAX_MEMORY_SIZE, from which on Django writes to the disk
Application = Callable[[Any, Any, Any], Awaitable[None]]


def one_cookie_header(application: Application) -> Application:
    """A browser may split its cookies over several HTTP/2 fields, which are to be joined with "; " before an
    application sees them (RFC 9113, 8.2.3). Django joins them with a comma, and loses the session.
    """

    async def joined(scope: Any, receive: Any, send: Any) -> None:
        cookies = [value for name, value in scope.get("headers", ()) if name == b"cookie"]
        if len(cookies) > 1:
            others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            scope = dict(scope) | {"headers": [*others, (b"cookie", b"; ".join(cookies))]}
        await application(scope, receive, send)

    return joined


def bounded(application: Application) -> Application:
    """A request's body is kept in memory, or refused: Django would put a larger one on the disk, in the clear
    (6.i.i). Hot lists, which may be larger, come in parts."""

    async def measured(scope: Any, receive: Any, send: Any) -> None:
        length = dict(scope.get("headers", ())).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > MAX_BODY:
            told = f"Nothing was taken: a request has at most {MAX_BODY // 1024 // 1024} MiB.".encode()
            kind = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": 413, "headers": kind})
            await send({"type": "http.response.body", "body": told})
            return
        taken = 0

        async def at_most() -> Any:
            nonlocal taken
            event = await receive()
            taken += len(event.get("body", b""))
            return event if taken <= MAX_BODY else {"type": "http.disconnect"}

        await application(scope, at_most, send)

    return measured


# WhiteNoise gives small files that are read whole at once; Django's warning about that is of no use to anybody.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

application = bounded(one_cookie_header(get_asgi_application()))
require_encryption_at_rest()
require_encryption_in_transit()
freeze()
