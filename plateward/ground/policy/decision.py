"""A decision is Allow, or a Refusal that says which clause, why, and what to do."""

import dataclasses
from dataclasses import dataclass

from plateward.ground.errors import ActError
from plateward.ground.policy.packs import cited_as


@dataclass(frozen=True)
class Allow:
    """The act may go on."""


@dataclass(frozen=True)
class Refusal:
    """The act may not go on: `clause` (a row's id, as the selected packs cite it), `reason` and `help` as a person
    reads them. `field`: the form field concerned, if any; the page shows it there."""

    clause: str
    reason: str
    help: str
    field: str = dataclasses.field(default="", kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "clause", cited_as(self.clause))

    def __str__(self) -> str:
        return f"{self.reason} {self.help} (clause {self.clause})".replace("  ", " ")


Decision = Allow | Refusal


def refusal_in(decision: Decision) -> Refusal | None:
    """The refusal, if it is one."""
    return decision if isinstance(decision, Refusal) else None


class Refused(ActError):
    """Nothing changed: the act was refused, and the audit log records the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal), refusal.field)
        self.refusal = refusal


def require(decision: Decision) -> None:
    """Go on when allowed; raise `Refused` otherwise."""
    if isinstance(decision, Refusal):
        raise Refused(decision)
