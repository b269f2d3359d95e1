"""A connection to the switch: TLS, one message at a time, each between STX and ETX and with a time limit."""

import socket
import ssl
import time
from types import TracebackType

from plateward.ground.links.ncic.messages import Garbled
from plateward.ground.links.secure import require_aes
from plateward.ground.policy.trace import enforces

STX, ETX = b"\x02", b"\x03"
SKIP_AT_MOST = 4 * 1024 * 1024  # bytes


@enforces("SC-8/systems", "SC-13/suites")
class SwitchConnection:
    """Open within a `with` block. `timeout` in seconds is for each answer; connecting shares the first one's. `limit`
    is the longest message in bytes; slightly more may arrive. Raises what sockets raise, `TimeoutError` and
    `InsecureLink`."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext, timeout: float, limit: int) -> None:
        self.host, self.port, self.tls, self.timeout, self.limit = host, port, tls, timeout, limit
        self._received = b""
        self._renew()

    def __enter__(self) -> "SwitchConnection":
        self._renew()
        plain = self._connect()
        try:
            plain.settimeout(self._left())
            self._connection = self.tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
        try:
            suite, *_ = self._connection.cipher() or ("nothing",)
            require_aes(suite, "The message switch")
        except BaseException:
            self._connection.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def ask(self, message: bytes) -> bytes:
        """Send it, and read up to the end of a message, the limit, or the end of the connection."""
        self._send(message)
        self._wait()
        received, self._received = self._received, b""
        return received

    def next(self, message: bytes) -> bytes:
        """As `ask`, for one message of several: bytes after its end belong to the next answer."""
        self._renew()
        self._send(message)
        self._wait()
        answer, self._received = split_first(self._received)
        if len(answer) > self.limit and ETX not in answer:
            self._skip()
        return answer

    def _skip(self) -> None:
        """Skip the rest of a message that is too long, so that later messages can be read."""
        passed = 0
        while passed < SKIP_AT_MOST:
            self._connection.settimeout(self._left())
            chunk = self._connection.recv(4096)
            passed += len(chunk)
            end = chunk.find(ETX)
            if end >= 0 or not chunk:
                self._received = chunk[end + 1 :]
                return
        raise OSError("a message without an end")

    def _send(self, message: bytes) -> None:
        self._connection.settimeout(self._left())
        self._connection.sendall(message)

    def _wait(self) -> None:
        while not is_complete(self._received, self.limit):
            self._connection.settimeout(self._left())
            chunk = self._connection.recv(4096)
            if not chunk:
                return
            self._received += chunk

    def _renew(self) -> None:
        self._end = time.monotonic() + self.timeout

    def _left(self) -> float:
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def _connect(self) -> socket.socket:
        """As `socket.create_connection`, which would give each address of the name the full timeout."""
        addresses = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        failure = OSError("its name has no address")
        for tried, (family, kind, protocol, _, address) in enumerate(addresses):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self._left() / (len(addresses) - tried))
                connection.connect(address)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        raise failure


def add_frame(content: bytes) -> bytes:
    """A message as sent over the connection."""
    return STX + content + ETX


def is_complete(received: bytes, limit: int) -> bool:
    """Whether to stop waiting: a message has ended, or it is too long."""
    return ETX in received or len(received) > limit


def strip_frame(message: bytes, limit: int) -> bytes:
    """The content of exactly one framed message. Raises `Garbled`."""
    if len(message) > limit:
        raise Garbled(f"is longer than {limit} bytes")
    if not message.startswith(STX) or STX in message[1:]:
        raise Garbled("is not one message")
    if message.find(ETX) != len(message) - 1:
        raise Garbled("is cut off" if ETX not in message else "is not one message")
    return message[1:-1]


def content_of(received: bytes) -> bytes:
    """What is worth keeping of anything that came: all of it but the frame, which is the connection's."""
    return received.removeprefix(STX).removesuffix(ETX)


def split_first(received: bytes) -> tuple[bytes, bytes]:
    """The first of several messages, with its frame, and the rest; everything if no message ends."""
    end = received.find(ETX) + 1
    return (received[:end], received[end:]) if end else (received, b"")
