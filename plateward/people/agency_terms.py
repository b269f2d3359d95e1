"""How long an outside agency may ask: by its grant, by its declaration, and until it is revoked. Pure."""

from dataclasses import dataclass
from datetime import datetime

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

GRANT, DECLARED = "6.b.i.6", "SB40.declare"


@dataclass(frozen=True, kw_only=True)
class AgencyTerm:
    """Of a grant, end not included. `declaration_ends`: of the written declaration that an agency of another state
    needs; None: it needs none."""

    begins: datetime
    ends: datetime
    declaration_ends: datetime | None = None
    revoked_at: datetime | None = None


@enforces("6.b.i.6/scope", "SB40.declare/registry", "SB40.share/purposes")
def term_runs(term: AgencyTerm | None, now: datetime) -> Decision:
    """Whether an agency may ask at this moment at all. Nobody needs to end anything: it is over by itself."""
    if term is None or now < term.begins:
        return Refusal(
            GRANT,
            "Your agency has no access here.",
            "Your agency asks the ALPR administrator for it; the Chief is consulted first.",
        )
    if term.revoked_at is not None and term.revoked_at <= now:
        return Refusal(
            GRANT,
            "The access of your agency is revoked.",
            "Your agency can ask the ALPR administrator why, and request access again.",
        )
    if term.declaration_ends is not None and term.declaration_ends <= now:
        return Refusal(
            DECLARED,
            "The written declaration of your agency has expired.",
            "Your agency sends the ALPR administrator a new one, and requests access again.",
        )
    if term.ends <= now:
        return Refusal(
            GRANT,
            "The access of your agency has ended.",
            "Your agency asks the ALPR administrator for new access; the Chief is consulted first.",
        )
    return Allow()
