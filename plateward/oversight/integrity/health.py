"""What the integrity monitor found."""

from plateward.core.audit.witnesses.cosigned import has_witness
from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.ground.policy.trace import enforces
from plateward.oversight.integrity.models import FoundFault
from plateward.oversight.integrity.overview import FAILING, check_rows
from plateward.oversight.integrity.rules import Standing
from plateward.people import days


@enforces("6.b.i.3/integrity", "AU-9/witnessed")
def _state() -> Reading:
    rows = check_rows()
    failing = [row for row in rows if row.standing in FAILING]
    wrong = [row for row in failing if row.standing is Standing.RED]
    if failing:
        names = ", ".join(f"{row.check.label} ({row.standing.label.lower()})" for row in failing)
        remedy = wrong[0].check.remedy if wrong else "Keep the hub running, and see its log."
        first = FoundFault.objects.filter(state__in=[row.check.key for row in wrong], ended_at=None).last()
        since = f" Since {days.format_time(first.found_at)}: {first}" if first else ""
        return red(f"{len(failing)} of {len(rows)} checks: {names}.{since}", remedy)
    finished = sum(row.standing is Standing.GREEN for row in rows)
    if finished < len(rows):
        return amber(
            f"{finished} of {len(rows)} checks green; the others are not finished yet.",
            "Keep the hub running until their first round ends.",
        )
    if not has_witness():
        return amber(f"{len(rows)} checks green, but the log has no witness.", "See Witnesses.")
    return green(f"{len(rows)} checks green.")


PARTS = (Part("integrity", "Integrity", "6.b.i.3", _state, "integrity:index"),)
