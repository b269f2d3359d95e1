"""A relay that means harm: what it says before TLS may be anybody's on the way."""

import socket
import threading
from contextlib import suppress

import pytest

from plateward.ground.links.mail import MOST_REPLIED, MailError, Relay, send_mail


@pytest.mark.parametrize(
    "reply", [b"220-hello\r\n", b"220-" + b"a" * 8000 + b"\r\n"], ids=["lines", "long lines"]
)
def test_a_relay_that_greets_without_end_is_left(reply: bytes) -> None:
    sent = 0
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            nonlocal sent
            client, _ = server.accept()
            with client, suppress(OSError):
                while sent < 1000 * MOST_REPLIED:
                    client.sendall(reply)
                    sent += len(reply)

        relay = threading.Thread(target=greet, daemon=True)
        relay.start()
        at = Relay("127.0.0.1", server.getsockname()[1], "alpr@example.gov")
        with pytest.raises(MailError, match="did not take the email"):
            send_mail(at, "ada@example.gov", "Something waits", "Log in.")
        relay.join(10)
    assert sent < 1000 * MOST_REPLIED
