"""What a request needs proved in the last few minutes, and which routes give a file."""

from plateward.ground.policy.trace import enforces
from plateward.people.permissions import Permission
from plateward.people.route_rules import ProofRule
from plateward.people.routes import PROOFS, ROUTES

# Permissions whose acts need a proof, on each of their routes.
SENSITIVE = frozenset(
    {
        Permission.ACCESS_APPROVE,
        Permission.AGENCY_CONSULT,
        Permission.AGENCY_DECIDE,
        Permission.AGENCY_REVOKE,
        Permission.DESIGNATION_MAKE,
        Permission.PENALTY_RECORD,
        Permission.PERSON_MANAGE,
        Permission.RECOVERY_CONFIRM,
    }
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@enforces("6.a.i.2/own", "6.c.ii.1/all")
def proof_of(route: str, method: str) -> ProofRule | None:
    """What this request needs proved in the last few minutes, if anything."""
    proof = PROOFS.get(route, ProofRule.PERSON if ROUTES.get(route) in SENSITIVE else ProofRule.NONE)
    if proof is ProofRule.NONE or (proof is ProofRule.PERSON and method in SAFE_METHODS):
        return None
    return proof


@enforces("6.c.ii.1/all")
def by_token(route: str) -> bool:
    """Whether this route belongs to the API."""
    return PROOFS.get(route) is ProofRule.TOKEN


def leaves_as_file(route: str) -> bool:
    """Whether its answer is a file with people or plates."""
    return PROOFS.get(route) in (ProofRule.FACTOR_FILE, ProofRule.FILE)


def may_give_file(route: str) -> bool:
    """Whether this route may return a file."""
    return PROOFS.get(route) in (ProofRule.FACTOR_FILE, ProofRule.FILE, ProofRule.NONE)
