"""The sharing configuration in force, as every use of an access asks for it. Who signs it: people/sharing.

It is what the audit log says it is: the document that the newest countersignature on the log names, if its bytes are
those that were countersigned. Each process looks once in ten seconds, so that a request costs no query; what is signed
here is seen at once, what another node does, or somebody behind the hub's back, within those ten seconds."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import connection

from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.ground.policy.trace import enforces
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role

KEPT_FOR_S = 10.0
ROLES, PUBLIC = "roles", "public"  # sections: the table of permissions, and what everybody may see
Limits = Mapping[str, Any]  # field → value
Sections = Mapping[str, Mapping[str, Limits]]  # section → whom it is about → limits


@dataclass(frozen=True)
class InForce:
    """`number`: of the document, 0 if none was ever signed; `problem`: why it cannot be trusted, empty if it can."""

    number: int = 0
    sections: Sections = field(default_factory=dict)
    problem: str = ""

    @enforces("AC-3/signed", "AC-4/flow")
    def limits(self, section: str, subject: str) -> Limits | None:
        """What is signed for this subject, empty if nothing is; None before anything is signed. A document that was
        altered gives nothing; but the table of roles is the software's own, and somebody must sign anew."""
        if not self.number or (self.problem and section == ROLES):
            return None
        return {} if self.problem else self.sections.get(section, {}).get(subject, {})


NOTHING_SIGNED = InForce()


class _Kept:
    """The last look of this process, and until when it is used."""

    until: float = 0.0
    found: InForce = NOTHING_SIGNED


def in_force() -> InForce:
    """As this process saw it at most ten seconds ago."""
    if time.monotonic() >= _Kept.until:
        _Kept.found = read_in_force()
        _Kept.until = time.monotonic() + KEPT_FOR_S
    return _Kept.found


def limits_of(section: str, subject: str) -> Limits | None:
    """What is signed for this subject: see `InForce.limits`."""
    return in_force().limits(section, subject)


@enforces("AC-3/signed", "6.b.i.8/matrix")
def permitted(role: Role) -> frozenset[Permission]:
    """What a role may do: what the table says, as far as it is signed."""
    return within(ROLE_PERMISSIONS[role], limits_of(ROLES, role))


def within(table: frozenset[Permission], limits: Limits | None) -> frozenset[Permission]:
    """The permissions of the table that these limits leave."""
    if limits is None:
        return table
    given = frozenset(limits.get("permissions", ()))
    return frozenset(permission for permission in table if permission in given)


@enforces("AC-3/signed")
def roles_with(permission: Permission) -> list[Role]:
    """The roles that have this permission, as far as it is signed: who is told of its matters, and does them."""
    return [role for role in permission.roles if permission in permitted(role)]


@enforces("AC-3/signed")
def held_back(role: str) -> frozenset[Permission]:
    """What the table gives this role and nobody signed."""
    return ROLE_PERMISSIONS[Role(role)] - permitted(Role(role)) if role else frozenset()


def forget() -> None:
    """The next use looks anew: another document was just signed."""
    _Kept.until = 0.0


def digest_of(text: str) -> str:
    """As the log has it: SHA-256 of the document's bytes, in hex."""
    return sha256(text.encode()).hexdigest()


@enforces("6.b.i.3/sharing", "AC-3/signed")
def read_in_force() -> InForce:
    """What is in force now."""
    signed = AuditEntry.objects.filter(event=Event.SHARING_COUNTERSIGN, outcome="done")
    entry = signed.order_by("-at", "-sequence").first()
    if entry is None:
        return NOTHING_SIGNED
    if entry.leaf is None:
        return InForce(1, problem="The entry of its countersignature on the audit log was altered.")
    number = int(str(entry.leaf.details["document"]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM people_sharingdocument WHERE id = %s", [number])
        row = cursor.fetchone()
    if row is None or digest_of(row[0]) != entry.leaf.details["sha256"]:
        return InForce(number, problem=f"Document {number} is not what was countersigned, or is gone.")
    return InForce(number, json.loads(row[0]))
