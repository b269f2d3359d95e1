"""Messages that the switch keeps for an agency until fetched: unsolicited ones, such as a late YR. Pure.

The agency requests the oldest (RCV), and acknowledges each once stored (ACK): the switch then drops it and sends the
next. Unacknowledged messages come again.
"""

from dataclasses import dataclass

from plateward.links.ncic.messages import ID, ORI, SwitchMessage, require_sound

EMPTY = "NO MESSAGES WAITING"


@dataclass(frozen=True)
class Fetch:
    """`key`: RCV for the oldest message, ACK for the next one once the last is stored."""

    id: str
    ori: str
    key: str
    to = ""

    def __post_init__(self) -> None:
        require_sound((ID, self.id), (ORI, self.ori))

    def fields(self) -> dict[str, str]:
        """No fields are needed."""
        return {}


def is_empty(message: SwitchMessage, fetch: Fetch) -> bool:
    """Whether it says that no message waits."""
    return message.id == fetch.id and [block.label for block in message.blocks] == [EMPTY]
