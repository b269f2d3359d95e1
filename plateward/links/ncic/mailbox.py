"""What the switch keeps for an agency until it is fetched: unsolicited messages, such as a late YR. Pure.

The agency asks for the oldest (RCV), and acknowledges what it has stored (ACK): the switch then drops that one and
sends the next. What is not acknowledged comes again.
"""

from dataclasses import dataclass

from plateward.links.ncic.messages import ID, ORI, SwitchMessage, require_sound

EMPTY = "NO MESSAGES WAITING"


@dataclass(frozen=True)
class Fetch:
    """`key`: RCV for the oldest message, ACK for the next one after what was sent last is stored."""

    id: str
    ori: str
    key: str
    to = ""

    def __post_init__(self) -> None:
        require_sound((ID, self.id), (ORI, self.ori))

    def fields(self) -> dict[str, str]:
        """None are needed."""
        return {}


def is_empty(message: SwitchMessage, fetch: Fetch) -> bool:
    """Whether it says that nothing waits any more."""
    return message.id == fetch.id and [block.label for block in message.blocks] == [EMPTY]
