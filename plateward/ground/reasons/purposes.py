"""The purposes of a search: law enforcement and public safety, and nothing else can be chosen."""

from dataclasses import dataclass

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces


@dataclass(frozen=True)
class Purpose:
    """`urgent`: it may go on while CAD is away, and any supervisor on duty may approve it. `families`: of the offenses
    and events that it is for (offenses); none: of any."""

    label: str
    urgent: bool = False
    families: frozenset[str] = frozenset()


def _of(*families: str) -> frozenset[str]:
    return frozenset(families)


PURPOSES = {
    "amber_alert": Purpose("AMBER or Silver Alert", urgent=True, families=_of("abduction", "missing")),
    "missing_person": Purpose(
        "Missing or endangered person", urgent=True, families=_of("missing", "abduction")
    ),
    "officer_safety": Purpose("Threat to an officer's safety", urgent=True),
    "violent_crime_now": Purpose(
        "Violent crime in progress or just committed",
        urgent=True,
        families=_of("violence", "abduction", "danger"),
    ),
    "felony": Purpose("Investigation of a felony"),
    "misdemeanor": Purpose("Investigation of a misdemeanor"),
    "stolen_vehicle": Purpose("Stolen vehicle or plate", families=_of("theft")),
    "wanted_person": Purpose("Wanted person"),
    "hit_and_run": Purpose("Crash with injury, or hit and run", families=_of("traffic")),
    "commercial_vehicle": Purpose(
        "Commercial vehicle under an out-of-service order", families=_of("traffic")
    ),
    "terrorism": Purpose("Terrorist-related activity", families=_of("danger", "violence")),
    "public_safety": Purpose("Imminent danger to the public"),
}


# The purpose that an offense or event has as a rule.
USUAL = {
    "amber": "amber_alert",
    "silver": "amber_alert",
    "missing": "missing_person",
    "welfare": "missing_person",
    "kidnapping": "felony",
    "homicide": "felony",
    "carjacking": "felony",
    "robbery": "felony",
    "shooting": "felony",
    "burglary": "felony",
    "stolen_vehicle": "stolen_vehicle",
    "hit_and_run": "hit_and_run",
    "commercial": "commercial_vehicle",
    "wanted": "wanted_person",
    "terrorism": "terrorism",
}


@enforces("6.a.i.1/purposes", "SB40.use/surveillance", "SB40.use/traffic")
def may_choose(purpose: str) -> Decision:
    """Whether this is a purpose at all."""
    if purpose in PURPOSES:
        return Allow()
    return Refusal(
        "6.a.i.1",
        f"“{purpose[:40]}” is not a purpose of a search.",
        "Choose one from the list. No purpose outside law enforcement and public safety is allowed.",
        field="purpose",
    )


def is_urgent(purpose: str) -> bool:
    """Whether it is an urgent purpose."""
    return purpose in PURPOSES and PURPOSES[purpose].urgent
