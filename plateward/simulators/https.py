"""What simulators of HTTPS services share: answers, and ways to answer badly."""

from http.server import BaseHTTPRequestHandler
from typing import Any

from plateward.simulators.running import SimulatorServer, reset


class HttpsConversation(BaseHTTPRequestHandler):
    """A connection: a question and its answer."""

    server: SimulatorServer

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
        """End the connection by a reset."""
        reset(self.connection)

    def silence(self) -> None:
        """Keep the line open, and say nothing."""
        self.server.stopping.wait()

    def misbehaves(self, mode: str) -> bool:
        """Whether a mode that every service has ended the conversation; SLOW goes on to answer, unless stopped."""
        match mode:
            case "slow":
                return self.server.stopping.wait(self.server.delay)
            case "silent":
                self.silence()
            case "refuse":
                self.reset()
            case "drip":
                self.drip()
            case _:
                return False
        return True

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing on stderr."""
