"""Compares what an observer saw with what the list and NCIC describe, attribute by attribute. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices

from plateward.ground.links.ncic import vehicle as codes
from plateward.ground.links.ncic.vehicle import CLASS_TEXT, COLOR_TEXT, VehicleClass, VehicleColor
from plateward.ground.policy.trace import enforces

NEAR_YEARS = 3  # a model is built for years, and they look alike from behind


class Attribute(StrEnum):
    """A vehicle attribute that the form asks for."""

    KIND = "class"
    COLOR = "color"
    MAKE = "make"
    YEAR = "year"


class Fit(StrEnum):
    """How one attribute compares."""

    FITS = "fits"
    DIFFERS = "differs"
    CANNOT_TELL = "cannot tell"


class Years(TextChoices):
    """How old a vehicle looks, by the decade of its model year."""

    BEFORE = "1980", "Before 1990"
    NINETIES = "1990", "1990s"
    AUGHTS = "2000", "2000s"
    TENS = "2010", "2010s"
    TWENTIES = "2020", "2020s"


@dataclass(frozen=True)
class ObservedVehicle:
    """What an observer reported before seeing the description; "": cannot tell."""

    kind: str = ""
    color: str = ""
    make: str = ""
    years: str = ""

    @property
    def is_described(self) -> bool:
        """Whether anything is."""
        return bool(self.kind or self.color or self.make or self.years)


@dataclass(frozen=True)
class Description:
    """A vehicle as its `source` describes it, in `words`; an empty field says nothing."""

    source: str
    words: str
    kinds: frozenset[VehicleClass] = frozenset()
    colors: frozenset[VehicleColor] = frozenset()
    makes: frozenset[str] = frozenset()
    year: int | None = None


@dataclass(frozen=True)
class AttributeComparison:
    """One described attribute: what was seen, what is listed and by whom, and how they compare."""

    attribute: Attribute
    observed: str
    listed: str
    source: str
    fit: Fit

    @property
    def key(self) -> str:
        """The key by which an explanation names a difference."""
        return f"{self.attribute}: {self.observed} / {self.listed}"


@enforces("6.e.iv.3/vehicle")
def compare(observed: ObservedVehicle, described: Iterable[Description]) -> list[AttributeComparison]:
    """Every attribute that some source describes, in the form's order."""
    rows = [row for description in described for row in _compare_one(observed, description)]
    return sorted(rows, key=lambda row: list(Attribute).index(row.attribute))


def _compare_one(observed: ObservedVehicle, description: Description) -> list[AttributeComparison]:
    rows = []
    if description.kinds:
        observed_text = CLASS_TEXT[VehicleClass(observed.kind)] if observed.kind else ""
        listed = " or ".join(CLASS_TEXT[kind] for kind in VehicleClass if kind in description.kinds)
        rows.append((Attribute.KIND, observed_text, listed, observed.kind in description.kinds))
    if description.colors:
        observed_text = COLOR_TEXT[VehicleColor(observed.color)] if observed.color else ""
        listed = " or ".join(COLOR_TEXT[color] for color in VehicleColor if color in description.colors)
        rows.append((Attribute.COLOR, observed_text, listed, observed.color in description.colors))
    if description.makes:
        listed = " or ".join(sorted(description.makes))
        rows.append((Attribute.MAKE, observed.make, listed, observed.make in description.makes))
    if description.year is not None:
        observed_text = Years(observed.years).label if observed.years else ""
        rows.append(
            (Attribute.YEAR, observed_text, str(description.year), _is_near(observed.years, description.year))
        )
    return [AttributeComparison(*row[:3], description.source, _fit(row[1], fits=row[3])) for row in rows]


def _fit(observed_text: str, *, fits: bool) -> Fit:
    if not observed_text:
        return Fit.CANNOT_TELL
    return Fit.FITS if fits else Fit.DIFFERS


def _is_near(years: str, listed: int) -> bool:
    if not years:
        return False
    first = 0 if years == Years.BEFORE else int(years)
    return first - NEAR_YEARS <= listed <= int(years) + 9 + NEAR_YEARS


@enforces("6.e.iv.3/vehicle")
def is_other_class(rows: Iterable[AttributeComparison]) -> bool:
    """Whether the observer saw a vehicle class that no source describes."""
    return any(row.attribute is Attribute.KIND and row.fit is Fit.DIFFERS for row in rows)


@enforces("6.e.iv.3/vehicle")
def is_blind(rows: Sequence[AttributeComparison]) -> bool:
    """Whether the observer could tell none of the described attributes: that is no observation."""
    return bool(rows) and all(row.fit is Fit.CANNOT_TELL for row in rows)


@enforces("6.e.iv.3/vehicle")
def differences(rows: Iterable[AttributeComparison], explained: Iterable[str]) -> list[AttributeComparison]:
    """Differences that nobody has explained yet; another class cannot be explained."""
    explained_keys = set(explained)
    return [
        row
        for row in rows
        if row.fit is Fit.DIFFERS and row.attribute is not Attribute.KIND and row.key not in explained_keys
    ]


# An entry's own words: codes as in NCIC's extract, or an officer's text. Only codes that are neither a word
# nor a state are used.
_STYLES = ("2D", "4D", "LL", "MC", "PK", "VN")
_KINDS = {
    VehicleClass.CAR: "car cars sedan coupe convertible hatchback limousine limo",
    VehicleClass.SUV: "suv suvs crossover",
    VehicleClass.PICKUP: "pickup pickups",
    VehicleClass.VAN: "van vans minivan minivans",
    VehicleClass.MOTORCYCLE: "motorcycle motorcycles motorbike moped scooter",
    VehicleClass.TRUCK: "bus semi tractor rv motorhome ambulance",
    VehicleClass.TRAILER: "trailer trailers",
}
_KIND_WORDS = {word: frozenset({kind}) for kind, words in _KINDS.items() for word in words.split()} | {
    "truck": frozenset({VehicleClass.PICKUP, VehicleClass.TRUCK}),
    "flatbed": frozenset({VehicleClass.PICKUP, VehicleClass.TRUCK, VehicleClass.TRAILER}),
    "wagon": frozenset({VehicleClass.CAR, VehicleClass.SUV, VehicleClass.VAN}),
    "semitrailer": frozenset({VehicleClass.TRUCK, VehicleClass.TRAILER}),
}
_COLOR_WORDS = {
    word: frozenset({color})
    for color, words in {
        VehicleColor.BLACK: "black",
        VehicleColor.WHITE: "white cream",
        VehicleColor.GRAY: "gray grey silver",
        VehicleColor.RED: "red maroon burgundy",
        VehicleColor.BLUE: "blue navy",
        VehicleColor.GREEN: "green",
        VehicleColor.BROWN: "brown tan beige gold bronze",
        VehicleColor.YELLOW: "yellow orange",
        VehicleColor.PURPLE: "purple pink violet",
    }.items()
    for word in words.split()
}
_MAKE_WORDS = {part.lower(): name for name in codes.MAKE_NAMES for part in re.findall(r"[A-Za-z]+", name)} | {
    "chevy": "Chevrolet",
    "vw": "Volkswagen",
    "mercedes": "Mercedes-Benz",
    "harley": "Harley-Davidson",
}


def description_from_words(source: str, words: str, plate_type: str = "") -> Description | None:
    """What an entry's words and plate type say about the vehicle; None if nothing the form asks for. Several
    of a kind mean any of them: “truck with a boat trailer”."""
    tokens = re.findall(r"[A-Za-z0-9]+(?:/[A-Z0-9]+)?", words)
    kinds = [codes.STYLES[word] for word in tokens if word in _STYLES]
    kinds += [_KIND_WORDS[word.lower()] for word in tokens if word.lower() in _KIND_WORDS]
    colors = [_COLOR_WORDS[word.lower()] for word in tokens if word.lower() in _COLOR_WORDS]
    colors += [
        codes.colors_of(word) for word in tokens if word.isupper() and word.lower() not in _COLOR_WORDS
    ]
    makes = {_MAKE_WORDS[word.lower()] for word in tokens if word.lower() in _MAKE_WORDS}
    makes |= {name for word in tokens if word.isupper() for name in codes.makes_of(word)}
    years = [year for word in tokens if (year := codes.year_of(word))]
    if plate_type.strip().upper() in codes.PLATE_TYPES and not kinds:
        kinds.append(codes.PLATE_TYPES[plate_type.strip().upper()])
    description = Description(
        source,
        words or f"plate type {plate_type}",
        frozenset[VehicleClass]().union(*kinds),
        frozenset[VehicleColor]().union(*colors),
        frozenset(makes),
        years[0] if years else None,
    )
    return description if _says_anything(description) else None


def description_from_ncic(
    source: str, year: str, make: str, model: str, style: str, color: str
) -> Description | None:
    """What NCIC's fields say about it; None if nothing the form asks for."""
    description = Description(
        source,
        codes.describe_codes((year, make, model, style, color)),
        codes.classes_of(style, model),
        codes.colors_of(color),
        codes.makes_of(make),
        codes.year_of(year),
    )
    return description if _says_anything(description) else None


def _says_anything(description: Description) -> bool:
    return bool(description.kinds or description.colors or description.makes or description.year)
