"""A decision is Allow, or a Refusal that says which clause, why, and what to do."""

import dataclasses
from dataclasses import dataclass

from plateward.errors import ActError


@dataclass(frozen=True)
class Allow:
    """The act may go on."""


@dataclass(frozen=True)
class Refusal:
    """The act may not go on: `clause` (a row's id), `reason` and `help` as a person reads them. `field`: the name of
    the form's field that it is about, where it is about one; the page then says it there."""

    clause: str
    reason: str
    help: str
    field: str = dataclasses.field(default="", kw_only=True)

    def __str__(self) -> str:
        return f"{self.reason} {self.help} (clause {self.clause})".replace("  ", " ")


Decision = Allow | Refusal


class Refused(ActError):
    """Nothing changed: the act was refused, and the refusal goes on the audit log."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal), refusal.field)
        self.refusal = refusal


def require(decision: Decision) -> None:
    """Go on when allowed; raise `Refused` otherwise."""
    if isinstance(decision, Refusal):
        raise Refused(decision)
