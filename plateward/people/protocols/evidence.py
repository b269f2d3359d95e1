"""Evidence on written protocols, for the compliance report."""

from collections.abc import Iterator

from plateward import clock
from plateward.people.protocols.models import Acknowledgment, ProtocolVersion
from plateward.policy.evidence import Fact, fact

ASKED_FOR = ("access", "collection", "storage")  # by the clause


def facts() -> Iterator[Fact]:
    """Versions in force, and kinds that the clause asks for without one."""
    versions = ProtocolVersion.objects.in_force(clock.now())
    kinds = set(versions.values_list("kind", flat=True))
    missing = [kind for kind in ASKED_FOR if kind not in kinds]
    yield fact(
        "6.b.i.1",
        text="Written protocols in force: {protocols}; acknowledgments in all: {acknowledgments}; without a protocol: "
        "{missing}.",
        protocols=versions.count(),
        acknowledgments=Acknowledgment.objects.count(),
        missing=", ".join(missing) or "none",
        attention="No written protocol is in force for: {missing}. Draft it under Protocols, for the Chief's approval.",
        late=bool(missing),
        route="protocols:index",
    )
