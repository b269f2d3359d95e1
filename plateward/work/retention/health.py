"""How retention's runs are."""

from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.work.retention.evidence import LATE
from plateward.work.retention.models import Run


@enforces("6.h.ii/reads")
def _runs() -> Reading:
    last = Run.objects.exclude(ended_at=None).first()
    if last is None or last.ended_at is None:
        return amber("No run yet.", "Leave the hub running: the first run is tonight.")
    ago = clock.now() - last.ended_at
    text = f"The last run was {clock.format_span(ago)} ago."
    if last.problem:
        return red(
            "The last run stopped.", "Read why under Retention, and confirm the date if it asks for it."
        )
    return red(text, "Run it under Retention, and read why it waits.") if ago > 2 * LATE else green(text)


PARTS = (Part("retention", "Retention", "6.h.ii", _runs, "retention:index"),)
