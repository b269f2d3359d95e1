"""The switch on a socket."""

import socket
import socketserver
import ssl
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from plateward.simulators.ncic import answers, text, xml
from plateward.simulators.ncic.post import Post
from plateward.simulators.ncic.records import Asked, Mode, OnFile, Parts, Reply, Truck, zeroed
from plateward.simulators.running import running, tls

MAX_QUESTION = 8192
NONSENSE = b"1L01\x00LIC//\x7f NOT AN ANSWER"


class Simulator(socketserver.ThreadingTCPServer):
    """The switch. `records`, `trucks` and `mode` may be changed while it runs; `asked` lists the texts of its
    questions, `requests` those for hit confirmation. A question in XML is answered in XML.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        records: list[OnFile],
        trucks: list[Truck],
        mode: Mode,
        delay: float,
        address: tuple[str, int],
        tls: ssl.SSLContext,
    ) -> None:
        self.records, self.trucks = records, trucks
        self.mode = mode
        self.delay = delay
        self.tls = tls
        self.asked: list[str] = []
        self.requests: list[Asked] = []
        self.post = Post()
        self.stopping = Event()
        super().__init__(address, Conversation)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def found(self, asked: Asked) -> list[OnFile]:
        """The records of a plate."""
        return [r for r in self.records if _same(r, asked)]

    def truck(self, asked: Asked) -> Truck | None:
        """The commercial vehicle with a plate."""
        return next((t for t in self.trucks if _same(t, asked)), None)

    def respond(self, asked: Asked, verdict: str, remark: str = "") -> None:
        """The entering agency answers this request now: its YR waits in the mailbox."""
        self.post.put(asked.ori, text.say(asked.control, asked.ori, answers.response(asked, verdict, remark)))

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is its own affair."""


def _same(one: OnFile | Truck, asked: Asked) -> bool:
    plate, state = zeroed(asked.fields.get("LIC", "")), asked.fields.get("LIS", "")
    return (zeroed(one.plate), one.state) == (plate, state)


class Conversation(socketserver.BaseRequestHandler):
    """One connection: a question and its answer, or the fetching of a mailbox."""

    server: Simulator
    request: socket.socket

    def handle(self) -> None:
        self.request.settimeout(30)
        with self.server.tls.wrap_socket(self.request, server_side=True) as connection:
            content = _receive(connection)
            self.dialect = xml if content.startswith(b"<") else text
            asked = self.dialect.understand(content)
            if asked is None:
                return
            self.server.asked.append(content.decode("ascii", "replace"))
            if asked.key == "RCV":
                self._hand_out(connection, asked)
            elif self._goes_on(connection, asked):
                self._answer(connection, asked)

    def _goes_on(self, connection: ssl.SSLSocket, asked: Asked) -> bool:
        """Whether it is to be answered at all, which may take a while."""
        match self._mode(asked):
            case Mode.SLOW:
                return not self.server.stopping.wait(self.server.delay)
            case Mode.SILENT:
                self.server.stopping.wait()
                return False
            case Mode.REFUSE:
                # Closed with something unsent thrown away, a connection is reset rather than ended.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            case _:
                return True

    def _mode(self, asked: Asked) -> Mode:
        of_plate: list[OnFile | Truck] = list(self.server.found(asked))
        if asked.key == "AVQ":
            of_plate = [truck] if (truck := self.server.truck(asked)) else []
        return next((one.mode for one in of_plate if one.mode), self.server.mode)

    def _answer(self, connection: ssl.SSLSocket, asked: Asked) -> None:
        mode = self._mode(asked)
        if mode is Mode.GARBLED:
            _send(connection, NONSENSE)
            return
        control = asked.control
        if mode is Mode.OTHER_ANSWER:
            control = "0" if control != "0" else "1"
        match asked.key:
            case "QV":
                parts = answers.of_ncic(asked, self.server.found(asked))
            case "AVQ":
                parts = answers.of_fmcsa(asked, self.server.truck(asked))
            case "YQ":
                parts = self._pass_on(asked)
            case _:
                return
        _send(connection, self.dialect.say(control, asked.ori, parts))

    def _pass_on(self, asked: Asked) -> Parts:
        """To the agency that entered the record, which answers as its record says."""
        self.server.requests.append(asked)
        found = [one for one in self.server.found(asked) if one.nic == asked.fields.get("NIC")]
        if not found:
            return answers.accepted(asked)
        record = found[0]
        said = answers.response(asked, record.verdict)
        message = self.dialect.say(asked.control, asked.ori, said)
        put = self.server.post.put
        match record.reply:
            case Reply.AT_ONCE:
                return said
            case Reply.MAILED:
                put(asked.ori, message)
            case Reply.LATE:
                put(asked.ori, message, self.server.delay)
            case Reply.DUPLICATE:
                put(asked.ori, message)
                put(asked.ori, message)
            case Reply.OTHER:
                put(asked.ori, self.dialect.say("0", asked.ori, said))
            case Reply.GARBLED:
                put(asked.ori, NONSENSE)
            case Reply.NEVER:
                pass
        return answers.accepted(asked)

    def _hand_out(self, connection: ssl.SSLSocket, asked: Asked) -> None:
        """The oldest message; each acknowledgment drops it and asks for the next."""
        if not self._goes_on(connection, asked):
            return
        while True:
            message = self.server.post.oldest(asked.ori)
            if message is None:
                _send(connection, self.dialect.say(asked.control, asked.ori, [("NO MESSAGES WAITING", {})]))
                return
            _send(connection, message)
            said = self.dialect.understand(_receive(connection))
            if said is None or said.key != "ACK":
                return
            self.server.post.drop(asked.ori, message)


def _send(connection: ssl.SSLSocket, content: bytes) -> None:
    connection.sendall(b"\x02" + content + b"\x03")


def _receive(connection: ssl.SSLSocket) -> bytes:
    message = b""
    while not message.endswith(b"\x03") and len(message) < MAX_QUESTION:
        chunk = connection.recv(1024)
        if not chunk:
            break
        message += chunk
    content = message.removeprefix(b"\x02").removesuffix(b"\x03")
    return content[content.find(b"?>") + 2 :].lstrip() if content.startswith(b"<?xml") else content


@contextmanager
def serve(
    records: Iterable[OnFile],
    certificate: Path,
    key: Path,
    *,
    trucks: Iterable[Truck] = (),
    host: str = "127.0.0.1",
    port: int = 0,
    mode: Mode = Mode.NORMAL,
    delay: float = 15.0,
) -> Iterator[Simulator]:
    """A switch in a thread of its own (port 0: any free one); stopped, with all it was doing, at the end."""
    switch = Simulator(list(records), list(trucks), mode, delay, (host, port), tls(certificate, key))
    with running(switch) as simulator:
        yield simulator
