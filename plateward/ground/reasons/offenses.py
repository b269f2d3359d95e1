"""The offenses and events that a search may be for, after the groups of NIBRS. Pure."""

from dataclasses import dataclass
from typing import Final

from plateward.ground.policy.parameters import Seriousness


@dataclass(frozen=True)
class Offense:
    """`families`: what it is compared by; none: it agrees with any. `says`: a beginning of CAD's words for it."""

    label: str
    families: frozenset[str] = frozenset()
    says: tuple[str, ...] = ()


def _offense(label: str, families: str = "", says: str = "") -> Offense:
    return Offense(label, frozenset(families.split()), tuple(says.split()))


OFFENSES: Final = {
    "amber": _offense("AMBER Alert", "abduction missing", "amber"),
    "silver": _offense("Silver Alert", "missing", "silver"),
    "missing": _offense("Missing person or runaway", "missing", "missing runaway"),
    "welfare": _offense("Welfare check", "missing", "welfare wellness suicid"),
    "bolo": _offense("BOLO or request of another agency", "", "bolo atl attempt"),
    "kidnapping": _offense(
        "Kidnapping or custodial interference", "abduction", "kidnap abduct hostage custodial"
    ),
    "trafficking": _offense("Human trafficking", "abduction violence", "traffick"),
    "homicide": _offense("Homicide", "violence", "homicid murder"),
    "carjacking": _offense("Carjacking", "violence theft", "carjack"),
    "robbery": _offense("Robbery", "violence theft", "robb"),
    "sex": _offense("Sex offense", "violence abduction", "rape sex indecent"),
    "shooting": _offense("Shooting or shots fired", "violence", "shoot shots gunfire weapon"),
    "assault": _offense("Assault or battery", "violence", "assault batter stab fight"),
    "domestic": _offense(
        "Domestic violence or protective order", "violence family", "domestic protect restrain dv"
    ),
    "threats": _offense("Threats, stalking or harassment", "violence", "threat stalk harass harr"),
    "burglary": _offense("Burglary or break-in", "theft", "burg break"),
    "stolen_vehicle": _offense("Stolen vehicle or plate", "theft", "stolen auto vehicletheft vehstln"),
    "theft": _offense("Theft or shoplifting", "theft", "theft larcen shoplift steal propstln"),
    "fraud": _offense("Fraud, forgery or embezzlement", "theft", "fraud forg counterfeit embezzl scam"),
    "damage": _offense("Arson, vandalism or damage", "theft danger", "arson vandal damage"),
    "drugs": _offense("Drugs", "drugs", "drug narco overdose"),
    "hit_and_run": _offense("Hit and run or crash with injury", "traffic", "hit crash collision mva"),
    "impaired": _offense("Impaired or reckless driving, road rage", "traffic", "dwi dui drunk reckless road"),
    "fleeing": _offense("Fleeing or failing to yield", "traffic", "flee fled elud fail pursuit"),
    "commercial": _offense("Commercial vehicle out of service", "traffic", "commercial"),
    "wanted": _offense(
        "Wanted person, warrant or escape", "", "wanted warrant escape fugitive parole perwant"
    ),
    "wildlife": _offense("Livestock, wildlife or dumping", "", "livestock wildlife poach dump"),
    "terrorism": _offense("Terrorism or bomb threat", "danger violence", "terror bomb explos"),
    "other": _offense("Other crime or danger to the public"),
}
# What one may be at its gravest in any state, where that is no felony.
LESS_GRAVE: Final = {
    **dict.fromkeys(("amber", "silver", "missing", "welfare"), Seriousness.PERSON),
    **dict.fromkeys(("threats", "impaired", "fleeing"), Seriousness.GROSS_MISDEMEANOR),
    **dict.fromkeys(("bolo", "commercial", "wildlife", "other"), Seriousness.LESSER),
    "wanted": Seriousness.WARRANT,
}


def gravest_of(offense: str) -> Seriousness:
    """How serious it may be."""
    return LESS_GRAVE.get(offense, Seriousness.FELONY)
