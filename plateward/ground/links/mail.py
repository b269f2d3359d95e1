"""Sends a mail through an agency's SMTP relay, over TLS alone. What is in it is the caller's matter: no mail may carry
criminal justice information."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import BinaryIO

from plateward.ground.errors import PlatewardError
from plateward.ground.links.secure import strong_context
from plateward.ground.policy.trace import enforces

TIMEOUT_S = 20.0  # for each answer of the relay
MOST_REPLIED = 64 * 1024  # bytes of the relay between two handshakes: a reply may have any number of lines
PERMANENT = 500  # from this code on, the relay refuses this mail however often it is sent (RFC 5321 4.2.1)


class MailError(PlatewardError):
    """The relay did not take the mail; the sentence never contains the credential."""


class RecipientRefused(MailError):
    """It takes mails, but not this one to this address."""


@dataclass(frozen=True)
class Relay:
    """`implicit_tls`: TLS from the first byte on; otherwise STARTTLS, without which nothing is sent. `authority`: the
    PEM of the only authority that may sign its certificate; "": those that the machine trusts."""

    host: str
    port: int
    sender: str
    implicit_tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""


@enforces("6.i.ii/tls", "6.i.ii/devices", "SC-8/systems")
def send_mail(relay: Relay, to: str, subject: str, text: str) -> None:
    """Hand it to the relay. Raises MailError."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = relay.sender, to, subject
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    mail.set_content(text)
    try:
        with _connection(relay) as smtp:
            if relay.user:
                smtp.login(relay.user, relay.password)
            smtp.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        raise RecipientRefused("The mail relay refused this address.") from error
    except smtplib.SMTPDataError as error:
        refusal = f"The mail relay did not take the email: {_why_refused(error)}"
        kind = RecipientRefused if error.smtp_code >= PERMANENT else MailError
        raise kind(refusal) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise MailError(f"The mail relay did not take the email: {_why_refused(error)}") from error


class _Replies:
    """What the relay says, line by line, and no more than it may."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left = file, MOST_REPLIED
        self.close = file.close

    def readline(self, most: int) -> bytes:
        line = self._file.readline(most)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("The relay does not come to an end.")
        return line


class _Client(smtplib.SMTP):
    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Replies(self.sock.makefile("rb"))  # type: ignore[union-attr]
        return super().getreply()


class _TlsClient(_Client, smtplib.SMTP_SSL):
    pass


@contextmanager
def _connection(relay: Relay) -> Iterator[smtplib.SMTP]:
    tls = strong_context(relay.authority or None)
    smtp = (
        _TlsClient(relay.host, relay.port, timeout=TIMEOUT_S, context=tls)
        if relay.implicit_tls
        else _Client(relay.host, relay.port, timeout=TIMEOUT_S)
    )
    try:
        if not relay.implicit_tls:
            smtp.starttls(context=tls)  # raises if the relay does not offer it
        yield smtp
    finally:
        with suppress(OSError, smtplib.SMTPException):  # what was taken before the farewell is taken
            smtp.quit()
        smtp.close()


def _why_refused(error: Exception) -> str:
    """What went wrong, without what was sent."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return "it refused the user name or password."
        case smtplib.SMTPSenderRefused():
            return "it refused the sender."
        case smtplib.SMTPNotSupportedError():
            return "it does not offer TLS, or no log-in, on this port."
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({error.verify_message})."
        case smtplib.SMTPResponseException():
            return f"it answered {error.smtp_code}."
        case TimeoutError():
            return "it did not answer in time."
    return "it does not answer."
