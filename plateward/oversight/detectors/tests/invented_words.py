"""Invented wording of searches."""

ORDINARY_REASONS = (
    "Tools taken from a garage on {street} on the {day}th; neighbor's camera shows this truck leaving at {hour:02d}40",
    "Clerk at the store on {street} was robbed at gunpoint, saw this car drive off at {hour:02d}15",
    "Pedestrian struck on {street} at {hour:02d}30, witness wrote down this plate as the driver fled",
    "Owner reports this sedan stolen from {street} during the night of the {day}th",
    "Shots fired at an occupied house on {street}; door camera recorded this SUV at {hour:02d}05",
    "Missing 14-year-old was last seen on {street} getting into this vehicle at {hour:02d}20",
    "Victim of an assault on {street} says the suspect drove away in this car",
    "Catalytic converters cut from three vans on {street}; guard photographed this pickup",
    "Undercover purchase of fentanyl on {street} on the {day}th, the seller arrived in this car",
    "Warrant for armed robbery: the suspect's mother says he drives this car and sleeps on {street}",
)
SHORT_REASONS = ("stolen vehicle check", "burglary suspect", "hit and run", "warrant", "follow up", "BOLO")
STREETS = (
    "Alder Rd",
    "Birch Ave",
    "Cedar St",
    "Dogwood Ln",
    "Elm Blvd",
    "Fir Ct",
    "Gamble Rd",
    "Hazel St",
    "Ivy Ave",
)
