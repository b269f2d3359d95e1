"""Whether files with people or plates may leave the hub."""

from plateward.core.pages.models import ExportStop
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces


def are_exports_stopped(**of: str) -> bool:
    """Whether a stop is in force; `of`: a filter."""
    return ExportStop.objects.filter(ends=None, **of).exists()


@enforces("6.b.i.11/contained")
def may_leave() -> Decision:
    """Whether a file may leave now."""
    if are_exports_stopped():
        return Refusal(
            "6.b.i.11",
            "All exports are stopped while a breach of security is contained.",
            "Ask the ALPR administrator when they will go on.",
        )
    return Allow()
