"""Heads, security events and alarms to the agency's syslog server: RFC 5424 messages over TLS (RFC 5425)."""

import contextlib
import socket
from datetime import UTC, datetime
from pathlib import Path

from plateward.ground.links.secure import require_aes, strong_context
from plateward.ground.policy.trace import enforces

FACILITY = 13  # log audit
NOTICE, WARNING, CRITICAL = 5, 4, 2
WAIT_S = 10.0


def frame(severity: int, at: datetime, host: str, kind: str, text: str) -> bytes:
    """One message after its length, as RFC 5425 puts it on the wire. `kind`: its id, as "head"."""
    clean = "".join(character if character >= " " else " " for character in text)
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    name = "".join(character for character in host if "!" <= character <= "~")[:255] or "-"
    message = f"<{FACILITY * 8 + severity}>1 {stamp} {name} plateward - {kind} - \ufeff{clean}".encode()
    return f"{len(message)} ".encode() + message


@enforces("6.b.i.9/sealed", "6.i.ii/tls", "AU-9/witnessed", "SC-8/systems")
def send(server: tuple[str, int], authority: Path | None, message: bytes) -> None:
    """Send one message or several in a row. Raises OSError, InsecureLink."""
    tls = strong_context(file=authority)
    with (
        socket.create_connection(server, WAIT_S) as plain,
        tls.wrap_socket(plain, server_hostname=server[0]) as connection,
    ):
        require_aes((connection.cipher() or ("nothing",))[0], "The syslog server")
        connection.sendall(message)
        with contextlib.suppress(OSError):  # a server need not say goodbye
            connection.unwrap()
