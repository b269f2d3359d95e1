"""What only asks that a vehicle be looked at: "run the plate", "plate check". It ties none, whatever happened. Pure."""

import re
from collections.abc import Sequence
from typing import Final

VEHICLES: Final = r"(?:vehicles?|vehs?|cars?|trucks?|plates?|tags?|plts?)"
LOOK: Final = r"(?:check(?:ing)?|run(?:ning)?|pull(?:ing)?|search(?:ing)?|look(?:ing)? up)"
WISH: Final = (
    r"(?:(?:and|so|i|we|am|just|please|pls|need|needs|want|wants|would like|trying|asking|to|for) )*"
)
UNKNOWN: Final = (
    rf"{VEHICLES} (?:(?:is|was|are) )?(?:unknown|unidentified|not (?:known|identified))|unknown {VEHICLES}"
    rf"|no (?:\w+ )?{VEHICLES}(?: (?:info\w*|desc\w*|given|seen))?(?: yet)?$"
)
READS: Final = (
    rf"{LOOK}(?: (?!if\b|whether\b|where\b|when\b)[\w']+){{0,3}}? (?:{VEHICLES}|reads|hits|history)\b"
    rf"|{VEHICLES}(?:'s)? (?:check|reads|history|search|lookup)\b"
    r"|(?:needs?|wants?)(?: [\w']+){0,2} (?:reads|hits|history)\b|wants? to (?:know|see)\b"
    rf"|looking for {VEHICLES}$|{LOOK} this \w+$|{UNKNOWN}\b"
)
ANYWHERE: Final = re.compile(rf"\b(?:{READS})", re.IGNORECASE)
CLAUSE: Final = re.compile(rf"\W*{WISH}(?:{READS})", re.IGNORECASE)


def asks_for_reads(written: str) -> bool:
    """Whether somewhere it asks to look at a vehicle, or says that none is known: then an account implies none."""
    return bool(ANYWHERE.search(written))


def without_last_request(clauses: Sequence[str]) -> tuple[Sequence[str], str]:
    """The clauses without a last one that only asks to look at a vehicle, and that one, or none."""
    if len(clauses) > 1 and CLAUSE.match(clauses[-1]):
        return clauses[:-1], clauses[-1]
    return clauses, ""
