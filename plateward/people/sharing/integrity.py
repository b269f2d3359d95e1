"""The check of signed documents: each is still what its entries on the log say."""

from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.core.jobs.check import Check, Fault, Group, whole
from plateward.ground.policy.trace import enforces
from plateward.people.sharing.models import SharingDocument
from plateward.people.signed import digest_of


@enforces("6.b.i.3/sharing", "AC-3/signed")
def _check_documents() -> tuple[int, list[Fault]]:
    logged = {
        str(entry.leaf.details["document"]): entry.leaf.details["sha256"]
        for entry in AuditEntry.objects.filter(event=Event.SHARING_SIGN, outcome="done")
        if entry.leaf
    }
    texts = {str(number): text for number, text in SharingDocument.objects.values_list("pk", "text")}
    return len(texts), [
        Fault(
            f"sharing configuration {number}",
            "It is gone." if number not in texts else "It is not what was signed.",
        )
        for number in sorted({*logged, *texts})
        if number not in texts or digest_of(texts[number]) != logged.get(number)
    ]


CHECKS = (
    Check(
        "sharing.documents", Group.POLICY, "Signed sharing configurations", "configurations", "AC-3",
        "Report a breach, and have the current settings signed again under Sharing.",
        whole(_check_documents),
    ),
)  # fmt: skip
