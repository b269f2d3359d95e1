"""Who acts."""

import os
import pwd
from dataclasses import dataclass
from typing import Literal

from plateward.ground.policy.trace import enforces

Kind = Literal["person", "device", "system", "anonymous"]


@enforces("6.b.i.9/entries", "AU-3/fields")
@dataclass(frozen=True)
class Actor:
    """`id` belongs to the account, the device or the program; `name` is what people call it.

    `address` is where the request came from; `session` a hash, never the cookie; `purpose` the one that the session
    states for this look, if it needs one (people/purpose): each entry has it.
    """

    kind: Kind
    id: str
    name: str
    address: str = ""
    session: str = ""
    purpose: str = ""

    @property
    def key(self) -> str:
        """The actor as `kind:id`, the key in tables of who decided: a username is never reused."""
        return f"{self.kind}:{self.id}"


HUB = Actor("system", "hub", "The hub")


def command_line_actor(command: str) -> Actor:
    """The person who runs `plateward <command>` on the hub itself, by the operating system's account."""
    try:
        account = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        account = str(os.getuid())
    return Actor("system", account, f"{account} at the hub's command line: {command}")
