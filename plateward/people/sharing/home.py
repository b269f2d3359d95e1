"""What of sharing waits for the Chief, and whether what runs is what is signed."""

from plateward.ground.policy.trace import enforces
from plateward.people.navigation import Viewer
from plateward.people.permissions import Permission
from plateward.people.sharing.actions import waiting_document
from plateward.people.sharing.models import SharingDocument, SharingDrift
from plateward.people.waiting import Matter, State, SystemPart, Waiting, if_any


@if_any(lambda: SharingDocument.objects.filter(decided_at=None))
def _documents(viewer: Viewer) -> Waiting:
    """The newest, if it waits for this person."""
    document = waiting_document()
    if document is None or Permission.SHARING_COUNTERSIGN not in viewer.person.permissions:
        return Waiting()
    return Waiting.of([document.signed_at], link=document.get_absolute_url())


@enforces("6.b.i.3/sharing")
def _drift(_: Viewer) -> State:
    if SharingDrift.objects.filter(ended_at=None).exists():
        return State("Differs from the signed configuration", "bad")
    if SharingDocument.objects.filter(approved=True).exists():
        return State("As signed")
    return State("Nothing signed yet", "normal")


DOCUMENTS = Matter(
    "configuration:decide", "Sharing configurations to countersign", _documents, "configuration:index"
)
MATTERS = (DOCUMENTS,)
SYSTEM = (SystemPart("configuration:index", "Sharing", _drift),)
