"""Whether the sharing that runs is what is signed."""

from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.ground.policy.trace import enforces
from plateward.people.sharing.models import SharingDocument, SharingDrift


@enforces("6.b.i.3/sharing")
def _drift() -> Reading:
    if SharingDrift.objects.filter(ended_at=None).exists():
        return red(
            "It differs from the signed configuration.",
            "Compare both under Sharing; undo the change, or have the Chief sign it.",
        )
    if SharingDocument.objects.filter(approved=True).exists():
        return green("As signed.")
    return amber("No configuration is signed yet.", "Sign it under Sharing, and have the Chief countersign.")


PARTS = (Part("sharing", "Sharing", "6.b.i.3", _drift, "configuration:index", before_live=True),)
