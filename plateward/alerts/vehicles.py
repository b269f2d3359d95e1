"""What an observer saw beside what the list and NCIC describe, attribute by attribute. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plateward.links.ncic import vehicle as codes
from plateward.links.ncic.vehicle import COLOR_TEXT, KIND_TEXT, Color, Kind
from plateward.policy.trace import enforces

NEAR_YEARS = 3  # a model is built for years, and nobody tells them apart from behind


class Attribute(StrEnum):
    """What of a vehicle is asked."""

    KIND = "class"
    COLOR = "color"
    MAKE = "make"
    YEAR = "year"


class Fit(StrEnum):
    """How one of them compares."""

    FITS = "fits"
    DIFFERS = "differs"
    CANNOT_TELL = "cannot tell"


class Years(StrEnum):
    """How old a vehicle looks, by the decade of its model year."""

    BEFORE = "1980"
    NINETIES = "1990"
    AUGHTS = "2000"
    TENS = "2010"
    TWENTIES = "2020"


YEARS_TEXT = {
    Years.BEFORE: "Before 1990",
    Years.NINETIES: "1990s",
    Years.AUGHTS: "2000s",
    Years.TENS: "2010s",
    Years.TWENTIES: "2020s",
}


@dataclass(frozen=True)
class Seen:
    """What an observer told before the description was shown; "" is: cannot tell."""

    kind: str = ""
    color: str = ""
    make: str = ""
    years: str = ""

    @property
    def told(self) -> bool:
        """Whether anything is."""
        return bool(self.kind or self.color or self.make or self.years)


@dataclass(frozen=True)
class Description:
    """A vehicle as its `source` describes it, in `words`; empty: it says nothing of that."""

    source: str
    words: str
    kinds: frozenset[Kind] = frozenset()
    colors: frozenset[Color] = frozenset()
    makes: frozenset[str] = frozenset()
    year: int | None = None


@dataclass(frozen=True)
class Compared:
    """One attribute that is described: what was seen, what is listed and by whom, and how they compare."""

    attribute: Attribute
    seen: str
    listed: str
    source: str
    fit: Fit

    @property
    def key(self) -> str:
        """By which an explanation names a difference."""
        return f"{self.attribute}: {self.seen} / {self.listed}"


@enforces("6.e.iv.3")
def compare(seen: Seen, described: Iterable[Description]) -> list[Compared]:
    """Every attribute that somebody describes, in the order of asking."""
    rows = [row for one in described for row in _of_one(seen, one)]
    return sorted(rows, key=lambda row: list(Attribute).index(row.attribute))


def _of_one(seen: Seen, one: Description) -> list[Compared]:
    found = []
    if one.kinds:
        told = KIND_TEXT[Kind(seen.kind)] if seen.kind else ""
        listed = " or ".join(KIND_TEXT[kind] for kind in Kind if kind in one.kinds)
        found.append((Attribute.KIND, told, listed, seen.kind in one.kinds))
    if one.colors:
        told = COLOR_TEXT[Color(seen.color)] if seen.color else ""
        listed = " or ".join(COLOR_TEXT[color] for color in Color if color in one.colors)
        found.append((Attribute.COLOR, told, listed, seen.color in one.colors))
    if one.makes:
        found.append((Attribute.MAKE, seen.make, " or ".join(sorted(one.makes)), seen.make in one.makes))
    if one.year is not None:
        told = YEARS_TEXT[Years(seen.years)] if seen.years else ""
        found.append((Attribute.YEAR, told, str(one.year), _is_near(seen.years, one.year)))
    return [Compared(*row[:3], one.source, _fit(row[1], fits=row[3])) for row in found]


def _fit(told: str, *, fits: bool) -> Fit:
    if not told:
        return Fit.CANNOT_TELL
    return Fit.FITS if fits else Fit.DIFFERS


def _is_near(years: str, listed: int) -> bool:
    if not years:
        return False
    first = 0 if years == Years.BEFORE else int(years)
    return first - NEAR_YEARS <= listed <= int(years) + 9 + NEAR_YEARS


@enforces("6.e.iv.3")
def is_other_class(rows: Iterable[Compared]) -> bool:
    """Whether the observer saw another class of vehicle than anybody describes."""
    return any(row.attribute is Attribute.KIND and row.fit is Fit.DIFFERS for row in rows)


@enforces("6.e.iv.3")
def is_blind(rows: Sequence[Compared]) -> bool:
    """Whether the vehicle is described and the observer could tell nothing of what is: that is no observation."""
    return bool(rows) and all(row.fit is Fit.CANNOT_TELL for row in rows)


@enforces("6.e.iv.3")
def differences(rows: Iterable[Compared], explained: Iterable[str]) -> list[Compared]:
    """What differs and nobody has explained yet; another class is beyond explaining."""
    known = set(explained)
    return [
        row
        for row in rows
        if row.fit is Fit.DIFFERS and row.attribute is not Attribute.KIND and row.key not in known
    ]


# An entry's own words: codes as NCIC's extract has them, or what an officer wrote. Of the codes only those that are
# neither a word nor a state.
_STYLES = ("2D", "4D", "LL", "MC", "PK", "VN")
_KINDS = {
    Kind.CAR: "car cars sedan coupe convertible hatchback limousine limo",
    Kind.SUV: "suv suvs crossover",
    Kind.PICKUP: "pickup pickups",
    Kind.VAN: "van vans minivan minivans",
    Kind.MOTORCYCLE: "motorcycle motorcycles motorbike moped scooter",
    Kind.TRUCK: "bus semi tractor rv motorhome ambulance",
    Kind.TRAILER: "trailer trailers",
}
_BY_WORD = {word: frozenset({kind}) for kind, words in _KINDS.items() for word in words.split()} | {
    "truck": frozenset({Kind.PICKUP, Kind.TRUCK}),
    "flatbed": frozenset({Kind.PICKUP, Kind.TRUCK, Kind.TRAILER}),
    "wagon": frozenset({Kind.CAR, Kind.SUV, Kind.VAN}),
    "semitrailer": frozenset({Kind.TRUCK, Kind.TRAILER}),
}
_COLOR_WORDS = {
    word: frozenset({color})
    for color, words in {
        Color.BLACK: "black",
        Color.WHITE: "white cream",
        Color.GRAY: "gray grey silver",
        Color.RED: "red maroon burgundy",
        Color.BLUE: "blue navy",
        Color.GREEN: "green",
        Color.BROWN: "brown tan beige gold bronze",
        Color.YELLOW: "yellow orange",
        Color.PURPLE: "purple pink violet",
    }.items()
    for word in words.split()
}
_MAKE_WORDS = {part.lower(): name for name in codes.MAKE_NAMES for part in re.findall(r"[A-Za-z]+", name)} | {
    "chevy": "Chevrolet",
    "vw": "Volkswagen",
    "mercedes": "Mercedes-Benz",
    "harley": "Harley-Davidson",
}


def of_words(source: str, words: str, plate_type: str = "") -> Description | None:
    """What an entry's words, and its type of plate, say of the vehicle; None where they say nothing that is asked. More
    than one of a kind is any of them: “truck with a boat trailer”."""
    found = re.findall(r"[A-Za-z0-9]+(?:/[A-Z0-9]+)?", words)
    kinds = [codes.STYLES[word] for word in found if word in _STYLES]
    kinds += [_BY_WORD[word.lower()] for word in found if word.lower() in _BY_WORD]
    colors = [_COLOR_WORDS[word.lower()] for word in found if word.lower() in _COLOR_WORDS]
    colors += [codes.colors(word) for word in found if word.isupper() and word.lower() not in _COLOR_WORDS]
    makes = {_MAKE_WORDS[word.lower()] for word in found if word.lower() in _MAKE_WORDS}
    makes |= {name for word in found if word.isupper() for name in codes.makes(word)}
    years = [one for word in found if (one := codes.year(word))]
    if plate_type.strip().upper() in codes.PLATE_TYPES and not kinds:
        kinds.append(codes.PLATE_TYPES[plate_type.strip().upper()])
    description = Description(
        source,
        words or f"plate type {plate_type}",
        frozenset[Kind]().union(*kinds),
        frozenset[Color]().union(*colors),
        frozenset(makes),
        years[0] if years else None,
    )
    return description if _says(description) else None


def of_record(source: str, year: str, make: str, model: str, style: str, color: str) -> Description | None:
    """What NCIC's fields say of it; None where they say nothing that is asked."""
    description = Description(
        source,
        codes.in_words((year, make, model, style, color)),
        codes.kinds(style, model),
        codes.colors(color),
        codes.makes(make),
        codes.year(year),
    )
    return description if _says(description) else None


def _says(one: Description) -> bool:
    return bool(one.kinds or one.colors or one.makes or one.year)
