"""Evidence on the supervisors' review for the policy report. May be loaded without Django."""

from plateward import clock
from plateward.db.setup import has_hub, setup
from plateward.policy.evidence import LiveEvidence
from plateward.policy.trace import enforces


def live_readings() -> dict[str, LiveEvidence]:
    """By policy row; empty if this machine is not a hub."""
    if not has_hub():
        return {}
    setup()
    return hub_readings()


@enforces("6.f.i.1")
def hub_readings() -> dict[str, LiveEvidence]:
    """Review after entry is a deviation while enabled; each entry made under it stays a deviation."""
    from plateward.hotlists.requests.models import Later, Request
    from plateward.hotlists.requests.review_after_entry import deviations

    number = deviations().count()
    allowed = Later.objects.filter(ends=None).first()
    gaps = []
    if allowed:
        since = f"since {clock.format_day(allowed.begins)}; entries in force before their review so far: {number}."
        gaps.append(f"Deviation: the Chief has enabled review after entry {since}")
    elif number:
        gaps.append(
            "Deviation: entries that were in force before their review, while the Chief had enabled it: "
            f"{number}."
        )
    unchecked = Request.objects.filter(number_known=Request.Number.UNREACHABLE, state=Request.State.APPROVED)
    return {
        "6.f.i.1": LiveEvidence(
            {
                "review_after_entry": "enabled" if allowed else "not enabled",
                "entries_in_force_before_review": number,
            },
            tuple(gaps),
        ),
        "6.a.iii": LiveEvidence({"approved_entries_with_number_not_checked_yet": unchecked.count()}),
    }
