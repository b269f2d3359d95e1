"""How a plate may be written, wherever it is entered: typed, in a file, in a request. Pure."""

import re

from plateward.ground.matching.normalize import normalize
from plateward.ground.matching.partial import LEAST_KNOWN, can_match, is_partial, normalize_partial

MAX_PLATE = 10  # letters and digits, as NCIC
MAX_WRITTEN = 2 * MAX_PLATE
# ASCII only: other alphabets have letters that turn into these as capitals, such as a long s.
CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -.")
OPEN = frozenset("?*")
PLAIN = re.compile(rf"[A-Za-z0-9]{{1,{MAX_PLATE}}}")  # nearly all of the two million in a file


def why_no_plate(text: str, *, whole: bool = True) -> str:
    """Why this is no plate, in a sentence; empty if it is one: letters and digits, with blanks, dashes and dots between
    them. Stars, halves and other signs are left out, as NCIC does. `whole`: no character may be open."""
    if PLAIN.fullmatch(text):
        return ""
    if not (CHARACTERS if whole else CHARACTERS | OPEN).issuperset(text):
        if whole:
            return "A plate has letters, digits, dots, dashes and blanks."
        return (
            "A plate has letters, digits, dots, dashes and blanks; ? is one unknown character, * any number."
        )
    if not normalize(text):
        return "Enter the plate." if whole else "Enter the plate, or its known part."
    if len(normalize_partial(text)) > MAX_PLATE or len(text) > MAX_WRITTEN:
        return f"A plate has at most {MAX_PLATE} letters and digits."
    if is_partial(text) and not can_match(text):
        return (
            f"A partial plate needs at least {LEAST_KNOWN} known characters: fewer would match unrelated "
            "vehicles."
        )
    return ""
