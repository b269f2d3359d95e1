"""A connection through the door: TLS on its outer side, granian on its inner side."""

import asyncio
import contextlib
import ssl
from typing import Any, Protocol, cast

from plateward.ground.policy.trace import enforces

INNER = "127.0.0.1"  # granian listens here, for the door only
HANDSHAKE_S = 10.0
STALLED_S = 30.0  # for a client to read 48 KiB that wait for it
WRITE_AHEAD = 64 * 1024  # bytes
RECORD = 16 * 1024  # bytes: TLS carries no more in a record


class PassageOwner(Protocol):
    """Keeps count of the passages."""

    def entered(self, passage: "Passage", port: int) -> None:
        """Its client was let in, and goes on to granian from this port."""

    def closing(self, port: int) -> None:
        """This client sends nothing more from that port; 0 if it never went on to granian."""

    def left(self, passage: "Passage") -> None:
        """Its client is gone."""


class Passage:
    """Opens by itself once its outer side is connected. Hangs up on a client that does not complete the handshake in
    time, with a good certificate if required."""

    def __init__(self, context: ssl.SSLContext, inner: int, watch: PassageOwner) -> None:
        self._loop = asyncio.get_running_loop()
        self._to, self._watch = inner, watch
        self._port = 0
        self._entering: asyncio.Task[None] | None = None
        self.moved = self._loop.time()  # when a byte last moved
        self.address: tuple[str, int] = ("", 0)
        self.certificate = self.authority = ""  # the name in its certificate, and that of its issuer
        self.outer, self.inner = _Outer(self, context), _Inner(self)

    def enter(self) -> None:
        """The handshake is done."""
        self._entering = self._loop.create_task(self._enter())

    async def _enter(self) -> None:
        try:
            transport, _ = await self._loop.create_connection(lambda: self.inner, INNER, self._to)
        except (OSError, asyncio.CancelledError):
            self.end()
            return
        self._entering = None
        if self.outer.gone:  # closed in the meantime
            self.end()
            return
        self._port = transport.get_extra_info("sockname")[1]
        self._watch.entered(self, self._port)
        self.outer.begin()

    def close(self) -> None:
        """Close after delivering what was already sent."""
        self._watch.closing(self._port)
        self._port = 0  # another passage may get the port
        self.outer.close()
        self.inner.close()

    def end(self) -> None:
        """Close at once, whatever is in transit."""
        if self._entering:
            self._entering.cancel()
        self.close()
        self.outer.abort()
        self.inner.abort()
        self.left()

    def left(self) -> None:
        self._watch.left(self)


class _Side(asyncio.Protocol):
    """Whatever arrives on one side leaves on the other, no faster than the other side takes it."""

    transport: asyncio.Transport | None = None

    def __init__(self, passage: Passage) -> None:
        self.passage = passage

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(WRITE_AHEAD)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002, for asyncio
        self.passage.close()

    def hold(self, paused: bool) -> None:
        """Stop or resume reading."""
        if self.transport:
            (self.transport.pause_reading if paused else self.transport.resume_reading)()

    def close(self) -> None:
        """Close once everything is delivered."""
        if self.transport:
            self.transport.close()

    def abort(self) -> None:
        if self.transport:
            self.transport.abort()


class _Inner(_Side):
    """The granian side, which may take its time."""

    def data_received(self, data: bytes) -> None:
        self.passage.moved = asyncio.get_running_loop().time()
        self.passage.outer.write(data)

    def pause_writing(self) -> None:
        self.passage.outer.hold(True)

    def resume_writing(self) -> None:
        self.passage.outer.hold(False)

    def write(self, data: bytes) -> None:
        if self.transport:
            self.transport.write(data)


class _Outer(_Side):
    """The client side, which has time limits."""

    def __init__(self, passage: Passage, context: ssl.SSLContext) -> None:
        super().__init__(passage)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._shaken = self._closed = False
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        address = transport.get_extra_info("peername")
        self.passage.address = tuple(address[:2]) if address else ("", 0)
        self._be_patient(HANDSHAKE_S)

    def data_received(self, data: bytes) -> None:
        if self._closed:
            return
        self.passage.moved = asyncio.get_running_loop().time()
        self._in.write(data)
        try:
            if self._shaken:
                self._read()
            else:
                self._shake()
        except ssl.SSLError:  # the alert with the reason is still delivered
            self._flush()
            self.passage.close()

    @enforces("6.i.ii/tls", "SC-8/people", "SC-8/systems")
    def _shake(self) -> None:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            return
        self._flush()
        self._shaken = True
        self._calm()
        shown = self._tls.getpeercert() or {}
        self.passage.certificate = common_name(shown.get("subject"))
        self.passage.authority = common_name(shown.get("issuer"))
        self.hold(True)
        self.passage.enter()

    def begin(self) -> None:
        """The inner side is connected."""
        self.hold(False)
        self.data_received(b"")

    def _read(self) -> None:
        try:
            while data := self._tls.read(RECORD):
                self.passage.inner.write(data)
            self.passage.close()  # the client signaled its end
        except ssl.SSLWantReadError:
            self._flush()

    def write(self, data: bytes) -> None:
        if not self.gone:
            self._tls.write(data)
            self._flush()

    @property
    def gone(self) -> bool:
        """Whether nothing more is sent to it."""
        return self._closed or self.transport is None or self.transport.is_closing()

    def _flush(self) -> None:
        if self.transport and self._out.pending:
            self.transport.write(self._out.read())

    def pause_writing(self) -> None:
        self.passage.inner.hold(True)
        self._be_patient(STALLED_S)

    def resume_writing(self) -> None:
        if not self._closed:
            self._calm()
        self.passage.inner.hold(False)

    def connection_lost(self, error: Exception | None) -> None:
        self._calm()
        super().connection_lost(error)
        self.passage.left()

    def close(self) -> None:
        """Close once the client has received everything and hangs up. Whatever it still sends is discarded, because
        closing a socket with unread input takes back the last output. The client has a limited time for this."""
        if self.gone or self.transport is None:
            return
        with contextlib.suppress(ssl.SSLError):  # without waiting for the client's own close alert
            self._tls.unwrap()
        self._flush()
        self._closed = True
        with contextlib.suppress(OSError):  # it has already hung up
            self.transport.write_eof()
        self.hold(False)
        self._be_patient(STALLED_S)

    def _be_patient(self, seconds: float) -> None:
        self._calm()
        self._patience = asyncio.get_running_loop().call_later(seconds, self.passage.end)

    def _calm(self) -> None:
        if self._patience:
            self._patience.cancel()


def common_name(of: Any) -> str:
    """The name that the agency's authority put into a certificate, its own or the holder's; empty if there is none."""
    names = [value for part in of or () for key, value in part if key == "commonName"]
    return str(names[0]) if len(names) == 1 else ""
