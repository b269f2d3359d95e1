"""Reasons for a plate to be on a hot list (OPR:50 5.f and 5.g). Immigration has no row: SB 40 allows none.
The administrator's additions are in models.Reason."""

import re

from plateward.ground.policy.trace import enforces

REASONS = {
    "amber_alert": "AMBER Alert",
    "criminal_investigation": "Vehicle of interest in a criminal investigation",
    "criminal_nexus": "Articulable criminal nexus",
    "missing_person": "Missing person",
    "officer_safety": "Officer safety",
    "property_crime": "Property crime",
    "public_safety": "Public safety concern",
    "stolen_plate": "Stolen plate",
    "stolen_vehicle": "Stolen vehicle",
    "terrorism": "Terrorist-related activity",
    "violent_crime": "Violent crime",
    "wanted_person": "Wanted person",
}

PRIORITIES = ("high", "normal", "low")

# Words that reveal a purpose barred by SB 40, each with the explanation to show.
_BARRED = (
    (
        r"immigra\w*|deport\w*|undocumented|illegal aliens?|aliens?|removal orders?|visa overstays?|border patrol|"
        r"customs enforcement|ero detainers?|ice|i\.c\.e\.",
        "SB 40 does not allow plate readers for immigration enforcement",
    ),
    (
        r"expired (?:registration|plates?|tags?|insurance)|uninsured|parking|tolls?|unpaid fines?|emissions|"
        r"speeding|red light|traffic enforcement|civil (?:traffic|penalt\w+)|\A\s*(?:expired|revoked)\s*\Z",
        "SB 40 does not allow plate readers for civil traffic enforcement",
    ),
    (
        r"abortions?|reproductive|gender[- ]affirming|protests?|protesters?|demonstrations?|"
        r"demonstrators?|rall(?:y|ies)|worship|general surveillance",
        "SB 40 does not allow use against protected health care or activity, or for general surveillance",
    ),
)
BARRED = tuple((re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), why) for words, why in _BARRED)


@enforces("SB40.use/surveillance", "SB40.use/traffic")
def why_barred(text: str) -> str:
    """Why SB 40 bars an entry for this purpose; "" if none of its words does."""
    return next((explanation for pattern, explanation in BARRED if pattern.search(text)), "")
