"""A vehicle in NCIC's codes, as classes, colors and makes that a person can recognize from a patrol car. Pure.

A code may stand for several of them: 4D is a sedan or a pickup with four doors, so neither contradicts 4D. A code not
listed here describes nothing, and excludes nothing. NCIC writes the letter O as zero; both are accepted. Sources:
NIEM's lists of NCIC codes (VST, VCO, VMA, VMO).
"""

import re
from collections.abc import Iterable, Mapping

from plateward.ground.labeled import Labeled


class VehicleClass(Labeled):
    """The class of a vehicle."""

    CAR = "car", "Car"
    SUV = "suv", "SUV"
    PICKUP = "pickup", "Pickup"
    VAN = "van", "Van, minivan"
    MOTORCYCLE = "motorcycle", "Motorcycle"
    TRUCK = "truck", "Truck, bus, RV"
    TRAILER = "trailer", "Trailer"
    OTHER = "other", "Another class"


class VehicleColor(Labeled):
    """A color as people see it by daylight: silver and gray count as the same."""

    BLACK = "black", "Black"
    WHITE = "white", "White"
    GRAY = "gray", "Gray, silver"
    RED = "red", "Red, maroon"
    BLUE = "blue", "Blue"
    GREEN = "green", "Green"
    BROWN = "brown", "Brown, tan, gold"
    YELLOW = "yellow", "Yellow, orange"
    PURPLE = "purple", "Purple, pink"


CLASS_TEXT = {member: member.label for member in VehicleClass}
COLOR_TEXT = {member: member.label for member in VehicleColor}

_CAR, _SUV, _PICKUP, _VAN, _CYCLE, _TRUCK, _TRAILER = (
    frozenset({kind}) for kind in list(VehicleClass) if kind is not VehicleClass.OTHER
)
# VST. A truck's body may sit on a pickup's chassis, and a trailer may have it too.
STYLES: Mapping[str, frozenset[VehicleClass]] = {
    **dict.fromkeys(("2D", "CP", "CV", "HB", "HR", "LM", "SD"), _CAR),
    "3D": _CAR | _PICKUP | _TRUCK,
    "4D": _CAR | _SUV | _PICKUP,
    "SW": _CAR | _SUV | _VAN,
    "LL": _SUV,
    **dict.fromkeys(("PK", "PM"), _PICKUP),
    **dict.fromkeys(("VN", "VT"), _VAN),
    "VC": _VAN | _TRUCK,
    **dict.fromkeys(("MB", "MC", "MD", "MK", "MS", "MY"), _CYCLE),
    "AM": _TRUCK | _VAN,
    **dict.fromkeys(("AR", "BR", "BU", "CM", "DS", "FT", "GG", "TR"), _TRUCK),
    "MH": _TRUCK | _VAN,
    **dict.fromkeys(("CB", "DP", "TT"), _TRUCK | _PICKUP),
    **dict.fromkeys(("FB", "ST"), _TRUCK | _PICKUP | _TRAILER),
    "RF": _TRUCK | _VAN | _TRAILER,
    **dict.fromkeys(("SE", "TN"), _TRUCK | _TRAILER),
    **dict.fromkeys(("CT", "DT", "MT", "TL"), _TRAILER),
}
# VMO that names the kind of vehicle instead of a model.
MODELS = {"CYL": _CYCLE, "TL": _TRAILER}
# LIT: plates that only a single class has.
PLATE_TYPES = {"MC": _CYCLE, "TL": _TRAILER}

COLORS: Mapping[str, frozenset[VehicleColor]] = {
    code: frozenset(VehicleColor(color) for color in colors.split())
    for code, colors in {
        "AME": "purple",
        "BGE": "brown white",
        "BLK": "black",
        "BLU": "blue",
        "BRO": "brown",
        "BRZ": "brown yellow",
        "CAM": "brown green",
        "COM": "gray",
        "CPR": "brown yellow red",
        "CRM": "white brown yellow",
        "DBL": "blue black",
        "DGR": "green black",
        "GLD": "brown yellow",
        "GRN": "green",
        "GRY": "gray",
        "LAV": "purple",
        "LBL": "blue",
        "LGR": "green",
        "MAR": "red brown purple",
        "MVE": "purple",
        "ONG": "yellow red",
        "PLE": "purple",
        "PNK": "purple red",
        "RED": "red",
        "SIL": "gray",
        "TAN": "brown",
        "TEA": "blue green",
        "TPE": "brown gray",
        "TRQ": "blue green",
        "WHI": "white",
        "YEL": "yellow",
    }.items()
}
# VMA: makes with different badges. Dodge and Ram trucks may carry each other's.
MAKES = {
    "ACUR": "Acura",
    "AUDI": "Audi",
    "BMW": "BMW",
    "BUIC": "Buick",
    "CADI": "Cadillac",
    "CHEV": "Chevrolet",
    "CHRY": "Chrysler",
    "DODG": "Dodge, Ram",
    "FORD": "Ford",
    "FRHT": "Freightliner",
    "GMC": "GMC",
    "HARL": "Harley-Davidson",
    "HD": "Harley-Davidson",
    "HOND": "Honda",
    "HYUN": "Hyundai",
    "INFI": "Infiniti",
    "INTL": "International",
    "JEEP": "Jeep",
    "KAWK": "Kawasaki",
    "KIA": "Kia",
    "KW": "Kenworth",
    "LEXS": "Lexus",
    "LINC": "Lincoln",
    "MACK": "Mack",
    "MAZD": "Mazda",
    "MERC": "Mercury",
    "MERZ": "Mercedes-Benz",
    "MITS": "Mitsubishi",
    "NISS": "Nissan",
    "PONT": "Pontiac",
    "PTRB": "Peterbilt",
    "RAM": "Dodge, Ram",
    "SUBA": "Subaru",
    "SUZI": "Suzuki",
    "TESL": "Tesla",
    "TOYT": "Toyota",
    "VOLK": "Volkswagen",
    "VOLV": "Volvo",
    "YAMA": "Yamaha",
}
OTHER_MAKE = "Another make"
MAKE_NAMES = tuple(sorted(set(MAKES.values())))

# Fields that describe the vehicle, in both dialects; hidden from anyone who has not yet looked at it.
_FIELDS = re.compile(r"\b(V(?:YR|MA|MO|ST|CO))/[^\s.]*")
_ELEMENTS = re.compile(
    r"(<(?:\w+:)?(?:ItemModelYearDate|VehicleMakeCode|VehicleModelCode|VehicleStyleCode|"
    r"ConveyanceColorPrimaryCode)\b[^>]*>)[^<]*"
)


def with_letters(code: str) -> str:
    """A code with letters O, as in these tables."""
    return code.strip().upper().replace("0", "O")


def classes_of(style: str, model: str = "") -> frozenset[VehicleClass]:
    """The classes of VST, otherwise of VMO; none if neither names any."""
    return STYLES.get(with_letters(style)) or MODELS.get(with_letters(model)) or frozenset()


def colors_of(code: str) -> frozenset[VehicleColor]:
    """The colors of VCO, which may name two: RED/WHI. None if either is unknown: it could be any color."""
    parts = [COLORS.get(with_letters(part), frozenset()) for part in code.split("/") if part.strip()]
    return frozenset[VehicleColor]().union(*parts) if parts and all(parts) else frozenset()


def makes_of(code: str) -> frozenset[str]:
    """The makes of VMA."""
    name = MAKES.get(with_letters(code))
    return frozenset({name}) if name else frozenset()


def year_of(code: str) -> int | None:
    """The year of VYR."""
    return int(code) if re.fullmatch(r"(?:19|20)\d\d", code.strip()) else None


def describe_codes(codes: Iterable[str]) -> str:
    """VYR, VMA, VMO, VST and VCO as people read them, each with its word if it has one."""
    parts = []
    for code in codes:
        word = MAKES.get(with_letters(code)) or _code_text(code)
        parts.append(f"{code} ({word})" if word else code)
    return " ".join(part for part in parts if part)


def _code_text(code: str) -> str:
    if classes := STYLES.get(with_letters(code)):
        return " or ".join(CLASS_TEXT[kind].lower() for kind in VehicleClass if kind in classes)
    return " or ".join(COLOR_TEXT[color].lower() for color in VehicleColor if color in colors_of(code))


def withhold_vehicle(raw: str) -> str:
    """An answer verbatim, minus its description of the vehicle."""
    return _ELEMENTS.sub(r"\1withheld", _FIELDS.sub(r"\1/withheld", raw))
