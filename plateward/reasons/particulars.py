"""What can be told by its form: numbers, dates, times, roads, names, ages. Pure."""

import re
from collections.abc import Sequence
from typing import Final

DATE: Final = re.compile(r"\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?|\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{2,4}")
TIME: Final = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?(?:am|pm|hrs?|h)?|\d{1,2}(?:am|pm)|[0-2]\d[0-5]\d(?:hrs?|h)?", re.IGNORECASE
)
NUMBER: Final = re.compile(r"\d[\d,.]*(?:st|nd|rd|th|k|mph|x|yo|y/o|yoa)?", re.IGNORECASE)
TIMES: Final = re.compile(r"x\d{1,2}", re.IGNORECASE)  # "burglary x2"
CASE: Final = re.compile(
    r"[a-z]*\d{2,4}-?\d{5,}|\d{2,4}-\d{4,}|[a-z]{1,4}-?\d{6,}|[a-z]{2,5}-\d+-\d+", re.IGNORECASE
)
ROAD_NUMBER: Final = re.compile(r"(?:i|us|nm|sr|cr|hwy|fm|fr)-?\d{1,4}", re.IGNORECASE)
CROSSING: Final = re.compile(
    r"(?:[A-Z][a-z]+|\d+(?:st|nd|rd|th))/(?:[A-Z][a-z]+|\d+(?:st|nd|rd|th))"
    r"|(?i:\d+(?:st|nd|rd|th)/[a-z]+|[a-z]+/\d+(?:st|nd|rd|th))"
)  # "98th/Gibson"
WITNESS: Final = re.compile(r"[a-z]+(?:keeper|worker|woman|women|ist|ician|guide|mate|smith|hand)s?")
PREPOSITIONS: Final = {
    "at",
    "on",
    "near",
    "from",
    "in",
    "to",
    "by",
    "off",
    "of",
    "and",
    "outside",
    "behind",
    "toward",
    "towards",
}
ROAD_AFTER: Final = {
    "st",
    "street",
    "ave",
    "av",
    "avenue",
    "blvd",
    "boulevard",
    "rd",
    "road",
    "dr",
    "drive",
    "ln",
    "lane",
    "ct",
    "court",
    "pl",
    "hwy",
    "trail",
    "loop",
    "plaza",
    "way",
}
STATES: Final = {"AZ", "CO", "TX", "UT"}  # in capitals: "co" is half a word, too


def tags_by_form(words: Sequence[str], at: int, size: int) -> frozenset[str]:
    """What the form of a term says: WHEN, ROAD, digits, name."""
    word, tags = words[at], set[str]()
    before = words[at - 1].lower() if at else ""
    after = words[at + size].lower() if at + size < len(words) else ""
    if size == 1 and CROSSING.fullmatch(word):
        tags.add("ROAD")
    elif size == 1 and TIMES.fullmatch(word):
        tags.add("digits")
    elif size == 1 and word[0].isdigit():
        if CASE.fullmatch(word):
            return frozenset()
        if DATE.fullmatch(word) or TIME.fullmatch(word) or after in {"hrs", "hours", "hr", "am", "pm"}:
            tags.add("WHEN")
        if NUMBER.fullmatch(word) or tags:
            tags.add("digits")
        if (
            word[-2:].lower() in {"th", "st", "nd", "rd"}
            or after in ROAD_AFTER
            or before in {"mm", "mp", "exit", "mile", "us", "nm", "sr", "hwy", "i", "cr"}
        ):
            tags.add("ROAD")
        if word.lower().endswith(("yo", "y/o", "yoa")) or after in {
            "yo",
            "y/o",
            "yoa",
            "year",
            "yr",
            "years",
            "yrs",
        }:
            tags.add("WHO")
    elif size == 1 and any(ROAD_NUMBER.fullmatch(road) for road in word.split("/")):
        tags.add("ROAD")
    elif size == 1 and word[:1].isupper() and word[1:2].islower() and at and before not in {".", ""}:
        tags.add("NAMED" if before in PREPOSITIONS or after in ROAD_AFTER else "CAPITALIZED")
        if before == "this":  # "this Avalanche": a model that no list knows
            tags.add("VEHICLE")
        if words[at - 1][:1].isupper() and at >= 2:
            tags.add("name")
    return frozenset(tags) | (_tags_of_word(word) if size == 1 else frozenset())


def _tags_of_word(word: str) -> frozenset[str]:
    if word in STATES:
        return frozenset({"AGENCY"})
    return frozenset({"SOURCE"}) if WITNESS.fullmatch(word.lower()) else frozenset()
