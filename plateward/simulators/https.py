"""What simulators of HTTPS services share: a thread per connection, and ways to answer badly."""

import socket
import ssl
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any


class HttpsServer(ThreadingHTTPServer):
    """`queries` lists the requests; whatever waits in a conversation wakes up on stopping."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        address: tuple[str, int],
        handler: type[BaseHTTPRequestHandler],
        delay: float,
        tls: ssl.SSLContext,
    ) -> None:
        self.delay, self.tls = delay, tls
        self.queries: list[str] = []
        self.stopping = Event()
        super().__init__(address, handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def finish_request(self, request: Any, client_address: Any) -> None:
        """The handshake runs in the conversation's own thread, so a client that never finishes it delays nobody."""
        request.settimeout(30)
        with self.tls.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that went away."""


class HttpsConversation(BaseHTTPRequestHandler):
    """A connection: a question and its answer."""

    server: HttpsServer

    def answer(self, status: int, body: bytes) -> None:
        """Answer with JSON."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        """Answer byte by byte, without end."""
        self.send_response(200)
        self.end_headers()
        while not self.server.stopping.wait(0.05):
            self.wfile.write(b" ")

    def reset(self) -> None:
        """Closing with unsent data resets the connection instead of ending it."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def silence(self) -> None:
        """Keep the line open, and say nothing."""
        self.server.stopping.wait()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing on stderr."""
