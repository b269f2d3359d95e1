"""Messages between STX and ETX, however the connection splits them. Pure."""

from plateward.ground.links.ncic.messages import Garbled

STX, ETX = b"\x02", b"\x03"


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
