"""Why a plate may stand on a hot list (OPR:50 5.f and 5.g). Immigration has no row: SB 40 allows none.
What the administrator added is in models.Reason."""

REASONS = {
    "amber_alert": "AMBER Alert",
    "criminal_investigation": "Vehicle of interest in a criminal investigation",
    "criminal_nexus": "Articulable criminal nexus",
    "missing_person": "Missing person",
    "officer_safety": "Officer safety",
    "property_crime": "Property crime",
    "public_safety": "Valid public safety concern",
    "stolen_plate": "Stolen plate",
    "stolen_vehicle": "Stolen vehicle",
    "terrorism": "Terrorist-related activity",
    "violent_crime": "Violent crime",
    "wanted_person": "Wanted person",
}

PRIORITIES = ("high", "normal", "low")
