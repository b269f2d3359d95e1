"""What of sharing waits for the Chief."""

from plateward.people.navigation import Viewer
from plateward.people.permissions import Permission
from plateward.people.sharing.actions import waiting_document
from plateward.people.sharing.models import SharingDocument
from plateward.people.waiting import Matter, Waiting, if_any


@if_any(lambda: SharingDocument.objects.filter(decided_at=None))
def _documents(viewer: Viewer) -> Waiting:
    """The newest, if it waits for this person."""
    document = waiting_document()
    if document is None or Permission.SHARING_COUNTERSIGN not in viewer.person.permissions:
        return Waiting()
    return Waiting.of([document.signed_at], link=document.get_absolute_url())


DOCUMENTS = Matter(
    "configuration:decide", "Sharing configurations to countersign", _documents, "configuration:index"
)
MATTERS = (DOCUMENTS,)
