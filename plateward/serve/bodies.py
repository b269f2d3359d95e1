"""Request bodies, received in full before anybody works on them: bounded in size, in time, and in total."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from plateward.ground.policy.trace import enforces

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY = 32 * 1024 * 1024  # bytes of one body
MAX_PER_CLIENT = 2 * MAX_BODY  # bytes in transit from one client
MAX_IN_ALL = 8 * MAX_BODY
# A poor mobile link gets four megabytes through before their signature is too old.
GRACE_S = 20.0
BYTES_PER_S = 16 * 1024
STEP = 128 * 1024  # bytes that give more time at once
MAX_DROPPED, DROPPED_S = 1024 * 1024, 5.0  # bytes and seconds of what a refused sender still sends


class BodyRefused(Exception):
    """A body is not read, or not to its end; `status` and sentence go to the sender."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class ClientGone(Exception):
    """The client is gone: nobody waits for an answer."""


def declared_length(scope: Scope) -> int | None:
    """The body's length by its headers; None if they do not give it. Raises `BodyRefused`."""
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return None
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or len(length) > 15:
        raise BodyRefused(400, "Nothing was saved: Content-Length is not a number.")
    return int(length)


@enforces("6.i.i/aes")
async def read_body(receive: Receive, most: int) -> bytes:
    """The body. Raises `BodyRefused` if it is too long or too slow, and `ClientGone`."""
    body = bytearray()
    try:
        async with asyncio.timeout(GRACE_S) as limit:
            counted = 0
            while True:
                event = await receive()
                if event["type"] == "http.disconnect":
                    raise ClientGone
                body += event.get("body", b"")
                if len(body) > most:
                    raise BodyRefused(
                        413, f"Nothing was saved: a request has at most {size_text(most)} here."
                    )
                if not event.get("more_body"):
                    return bytes(body)
                if len(body) - counted >= STEP:
                    limit.reschedule((limit.when() or 0) + (len(body) - counted) / BYTES_PER_S)
                    counted = len(body)
    except TimeoutError:
        raise BodyRefused(408, "Nothing was saved: the rest of the request did not arrive in time.") from None


async def drop_rest(receive: Receive) -> None:
    """Take what a refused sender still sends, and drop it. A connection that ends while it sends may lose the answer: a
    proxy then says 502, and a reader never why. Who sends more than a little loses it."""
    dropped = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DROPPED_S):
            while dropped < MAX_DROPPED:
                event = await receive()
                dropped += len(event.get("body", b""))
                if not event.get("more_body"):
                    return


class BodyBudget:
    """How much may be in transit at once, per client and in total, so that bodies never fill the memory."""

    def __init__(self, of_one: int = MAX_PER_CLIENT, in_all: int = MAX_IN_ALL) -> None:
        self._of_one, self._in_all = of_one, in_all
        self._taken: Counter[str] = Counter()

    @contextmanager
    def take(self, client: str, length: int) -> Iterator[None]:
        """Raises `BodyRefused` if there is no room now."""
        if self._taken[client] + length > self._of_one or self._taken.total() + length > self._in_all:
            raise BodyRefused(503, "Nothing was saved: the hub is too busy. Try again in a minute.")
        self._taken[client] += length
        try:
            yield
        finally:
            self._taken[client] -= length
            if not self._taken[client]:
                del self._taken[client]


def size_text(size: int) -> str:
    """A size for people."""
    return f"{size // 1024 // 1024} MiB" if size >= 1024 * 1024 else f"{size // 1024} KiB"
