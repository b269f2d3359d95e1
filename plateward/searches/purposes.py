"""The purposes of a search: law enforcement and public safety, and nothing else can be chosen."""

from dataclasses import dataclass

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Purpose:
    """`urgent`: it may go on while CAD is away, and any supervisor on duty may approve it."""

    label: str
    urgent: bool = False


PURPOSES = {
    "amber_alert": Purpose("AMBER or Silver Alert", urgent=True),
    "missing_person": Purpose("Missing or endangered person", urgent=True),
    "officer_safety": Purpose("Threat to an officer's safety", urgent=True),
    "violent_crime_now": Purpose("Violent crime in progress or just committed", urgent=True),
    "felony": Purpose("Investigation of a felony"),
    "misdemeanor": Purpose("Investigation of a misdemeanor"),
    "stolen_vehicle": Purpose("Stolen vehicle or plate"),
    "wanted_person": Purpose("Wanted person"),
    "hit_and_run": Purpose("Crash with injury, or hit and run"),
    "commercial_vehicle": Purpose("Commercial vehicle under an out-of-service order"),
    "terrorism": Purpose("Terrorist-related activity"),
    "public_safety": Purpose("Imminent danger to the public"),
}


@enforces("6.a.i.1", "SB40.use")
def may_choose(purpose: str) -> Decision:
    """Whether this is a purpose at all."""
    if purpose in PURPOSES:
        return Allow()
    return Refusal(
        "6.a.i.1",
        f"“{purpose[:40]}” is not a purpose of a search.",
        "Choose one of those offered; there is none outside law enforcement and public safety.",
        field="purpose",
    )


def is_urgent(purpose: str) -> bool:
    """Whether it is an urgent purpose."""
    return purpose in PURPOSES and PURPOSES[purpose].urgent
