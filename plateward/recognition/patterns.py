"""What can be a US plate, and what only looks like one. Pure rules on text."""

from __future__ import annotations

import re
from functools import lru_cache

SHORTEST, LONGEST = 5, 8  # characters; shorter serials exist, but every house number is as short

# Serial formats that US jurisdictions issue, L a letter and N a digit. Preferred, never required.
_FORMATS = """
    LLLNN NNLLL LLNNN NNNLL NNNNL
    LLLNNN NNNLLL LLNNNN NNNNLL LLNLNL LLLLNN NNLLLL NNLLNN LNNLLL LLLNNL LNNNLL NLLNNN NNLNLL LNNNNN NNNLLN
    NLLNNL NNLNNN NNNLNN LNLNNN NLLLNN LNNNNL NLNNNN NNNNNL
    LLLNNNN NNNNLLL NLLLNNN LNNNNNN NLNNNNN NNNNNLN LLNLNNN LLNNNNN NLLNNNN LNNLLLN LLLNNLL NNLLNNN
    NNLLLNN NNNLLNN LNNNLLN NNLNNNN NLNNNNL NNLNNNL NNNLNNN NNNNNNL
"""
FORMATS = frozenset(_FORMATS.split())
KNOWN, MIXED, DIGITS, LETTERS = 1.0, 0.15, 0.1, 0.03  # prior probability of a serial by its kind

# Words on vehicles, frames and signs, at the size of a plate. A plate of letters alone is rare, and a plate with one of
# these words is rarer than the word itself.
_WORDS = """
    ACURA ALTIMA ASTRO AVALON BUICK CAMRY CAUTION CHEVROLET CHEVY CHRYSLER CIVIC COROLLA CRUISER DODGE DURANGO
    ELANTRA ESCAPE ESCORT EXPLORER FIESTA FOCUS FRONTIER HIGHWAY HONDA HYUNDAI IMPALA INFINITI INTREPID JAGUAR
    JETTA LEXUS LINCOLN MALIBU MAXIMA MAZDA MERCURY NISSAN NOTICE ODYSSEY OUTBACK PASSAT PATROL PILOT POLICE
    PONTIAC PRIUS RANGER ROGUE SATURN SCHOOL SENTRA SHERIFF SIENNA SIERRA SONATA SPEED SPORT STATE STREET
    SUBARU SUZUKI TACOMA TAHOE TAURUS TITAN TOYOTA TUNDRA VOLVO YIELD YUKON
    ALABAMA ALASKA ARIZONA ARKANSAS COLORADO DELAWARE FLORIDA GEORGIA HAWAII IDAHO ILLINOIS INDIANA KANSAS
    KENTUCKY MAINE MARYLAND MICHIGAN MISSOURI MONTANA NEBRASKA NEVADA OREGON TEXAS VERMONT VIRGINIA WYOMING
"""
WORDS = frozenset(_WORDS.split())

_OVERLAY = re.compile(
    r"""(?:19|20)\d\d\s?[-/.:=]\s?[01]\d(?:\D|\d\d)        # 2014-06-16
      | \b[0-3]?\d[-/.][0-3]?\d[-/.](?:19|20)\d\d           # 06/16/2014
      | [012]?\d[:.][0-5]\d[:.][0-5]\d                      # 06:46:42
      | ^\W*[012]?\d:[0-5]\d                                # 06:46
      | ^\W*(?:19|20)\d\d[-/.:=]\d{0,2}\W*$                # 2014-06, the rest cut off
      | (?:19|20)\d\d[01]\d[0-3]\d                          # 20140616
    """,
    re.VERBOSE,
)
_SIGN = re.compile(
    r"""\d{3}[-. ]\d{3}[-. ]\d{4} | ^\W*\d{3}[-.]\d{4}\W*$ | \(\d{3}\)           # telephone numbers
      | www | \.com | \.net | \.gov | @                                            # addresses
      | \b\d{1,2}\s?(?:MPH|KM/?H)\b | SPEED | LIMIT | \bEXIT\b                       # road signs
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_overlay(raw: str) -> bool:
    """Whether a line, punctuation included, is a date or time that the camera burned into the picture."""
    return _OVERLAY.search(raw) is not None


def is_sign(raw: str) -> bool:
    """Whether a line, punctuation included, is a telephone number, an address or a road sign."""
    return _SIGN.search(raw) is not None


def is_word(raw: str) -> bool:
    """Whether a line is words found on vehicles, frames and signs; plates are in capitals."""
    words = re.findall(r"[^\W\d_]+", raw)
    return any(word.upper() in WORDS for word in words) or any(
        len(word) > 3 and word[1:].islower() for word in words
    )


def shape(text: str) -> str:
    """`627WWI` → `NNNLLL`."""
    return "".join("N" if char.isdigit() else "L" for char in text)


def serial_weight(text: str) -> float:
    """The prior weight of a serial of A–Z and 0–9; 0 if it cannot be a plate."""
    if not SHORTEST <= len(text) <= LONGEST or text in WORDS:
        return 0.0
    return _shape_weight(shape(text))


@lru_cache
def _shape_weight(form: str) -> float:
    if form in FORMATS:
        return KNOWN
    if "L" not in form:
        return DIGITS if len(form) < LONGEST else 0.0
    if "N" not in form:
        return LETTERS
    return MIXED if len(form) < LONGEST else MIXED / 3  # eight characters are rare


@lru_cache
def formats(length: int) -> tuple[str, ...]:
    """The issued formats of that length."""
    return tuple(sorted(form for form in FORMATS if len(form) == length))
