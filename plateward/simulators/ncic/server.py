"""The switch on a socket."""

import socketserver
import ssl
from collections.abc import Iterable
from pathlib import Path

from plateward.simulators.ncic import answers, text, xml
from plateward.simulators.ncic.mailboxes import Mailboxes
from plateward.simulators.ncic.records import (
    NcicMode,
    Parts,
    RecordOnFile,
    Reply,
    SwitchQuestion,
    Truck,
    with_zeros,
)
from plateward.simulators.running import SimulatorServer, reset

MAX_QUESTION = 8192
NONSENSE = b"1L01\x00LIC//\x7f NOT AN ANSWER"


class NcicSimulator(SimulatorServer):
    """The switch. `records`, `trucks` and `mode` may be changed while it runs; `queries` lists the texts of its
    questions, `requests` those for hit confirmation. A question in XML is answered in XML.
    """

    def __init__(
        self,
        records: Iterable[RecordOnFile],
        certificate: Path,
        key: Path,
        *,
        trucks: Iterable[Truck] = (),
        host: str = "127.0.0.1",
        port: int = 0,
        mode: NcicMode = NcicMode.NORMAL,
        delay: float = 15.0,
    ) -> None:
        self.records, self.trucks, self.mode = list(records), list(trucks), mode
        self.requests: list[SwitchQuestion] = []
        self.post = Mailboxes()
        super().__init__(NcicConversation, certificate, key, (host, port), delay)

    def records_of(self, question: SwitchQuestion) -> list[RecordOnFile]:
        """The records of a plate."""
        return [r for r in self.records if _has_plate(r, question)]

    def truck(self, question: SwitchQuestion) -> Truck | None:
        """The commercial vehicle with a plate."""
        return next((t for t in self.trucks if _has_plate(t, question)), None)

    def respond(self, question: SwitchQuestion, verdict: str, remark: str = "") -> None:
        """The entering agency answers this request now: its YR waits in the mailbox."""
        self.post.put(
            question.ori,
            text.say(question.control, question.ori, answers.hit_response(question, verdict, remark)),
        )


def _has_plate(record: RecordOnFile | Truck, question: SwitchQuestion) -> bool:
    plate, state = with_zeros(question.fields.get("LIC", "")), question.fields.get("LIS", "")
    return (with_zeros(record.plate), record.state) == (plate, state)


class NcicConversation(socketserver.BaseRequestHandler):
    """A connection: a question and its answer, or fetching from a mailbox."""

    server: NcicSimulator
    request: ssl.SSLSocket

    def handle(self) -> None:
        content = _receive(self.request)
        self.dialect = xml if content.startswith(b"<") else text
        question = self.dialect.understand(content)
        if question is None:
            return
        self.server.queries.append(content.decode("ascii", "replace"))
        if question.key == "RCV":
            self._hand_out(question)
        elif self._goes_on(question):
            self._answer(question)

    def _goes_on(self, question: SwitchQuestion) -> bool:
        """Whether to answer at all, which may take a while."""
        match self._mode(question):
            case NcicMode.SLOW:
                return not self.server.stopping.wait(self.server.delay)
            case NcicMode.SILENT:
                self.server.stopping.wait()
                return False
            case NcicMode.REFUSE:
                reset(self.request)
                return False
            case _:
                return True

    def _mode(self, question: SwitchQuestion) -> NcicMode:
        of_plate: list[RecordOnFile | Truck] = list(self.server.records_of(question))
        if question.key == "AVQ":
            of_plate = [truck] if (truck := self.server.truck(question)) else []
        return next((record.mode for record in of_plate if record.mode), self.server.mode)

    def _answer(self, question: SwitchQuestion) -> None:
        mode = self._mode(question)
        if mode is NcicMode.GARBLED:
            self._send(NONSENSE)
            return
        control = question.control
        if mode is NcicMode.OTHER_ANSWER:
            control = "0" if control != "0" else "1"
        match question.key:
            case "QV":
                parts = answers.ncic_answer(question, self.server.records_of(question))
            case "AVQ":
                parts = answers.fmcsa_answer(question, self.server.truck(question))
            case "YQ":
                parts = self._pass_on(question)
            case _:
                return
        self._send(self.dialect.say(control, question.ori, parts))

    def _pass_on(self, question: SwitchQuestion) -> Parts:
        """Forward to the agency that entered the record, which answers as the record says."""
        self.server.requests.append(question)
        records = [
            candidate
            for candidate in self.server.records_of(question)
            if candidate.nic == question.fields.get("NIC")
        ]
        if not records:
            return answers.acceptance(question)
        record = records[0]
        response = answers.hit_response(question, record.verdict)
        message = self.dialect.say(question.control, question.ori, response)
        put = self.server.post.put
        match record.reply:
            case Reply.AT_ONCE:
                return response
            case Reply.MAILED:
                put(question.ori, message)
            case Reply.LATE:
                put(question.ori, message, self.server.delay)
            case Reply.DUPLICATE:
                put(question.ori, message)
                put(question.ori, message)
            case Reply.OTHER:
                put(question.ori, self.dialect.say("0", question.ori, response))
            case Reply.GARBLED:
                put(question.ori, NONSENSE)
            case Reply.NEVER:
                pass
        return answers.acceptance(question)

    def _hand_out(self, question: SwitchQuestion) -> None:
        """Send the oldest message; each acknowledgment drops it and requests the next."""
        if not self._goes_on(question):
            return
        while True:
            message = self.server.post.oldest(question.ori)
            if message is None:
                self._send(self.dialect.say(question.control, question.ori, [("NO MESSAGES WAITING", {})]))
                return
            self._send(message)
            reply = self.dialect.understand(_receive(self.request))
            if reply is None or reply.key != "ACK":
                return
            self.server.post.drop(question.ori, message)

    def _send(self, content: bytes) -> None:
        self.request.sendall(b"\x02" + content + b"\x03")


def _receive(connection: ssl.SSLSocket) -> bytes:
    message = b""
    while not message.endswith(b"\x03") and len(message) < MAX_QUESTION:
        chunk = connection.recv(1024)
        if not chunk:
            break
        message += chunk
    content = message.removeprefix(b"\x02").removesuffix(b"\x03")
    return content[content.find(b"?>") + 2 :].lstrip() if content.startswith(b"<?xml") else content
