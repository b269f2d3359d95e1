"""Valid CAD and case numbers. Pure; each room names the clause that requires one."""

import re

from plateward.ground.policy.trace import enforces

FORM = re.compile(r"[A-Z0-9][A-Z0-9-]{3,38}[A-Z0-9]")
DIGITS_AT_LEAST = 4


def normalized(number: str) -> str:
    """A number as CAD writes it: in capitals, without blanks."""
    return re.sub(r"\s+", "", number).upper()


def bare(number: str) -> str:
    """A normalized number without its dashes: with them or without, it is the same case."""
    return number.replace("-", "")


@enforces("6.a.iii/required")
def flaw(number: str) -> str:
    """Why this normalized number is no valid CAD or case number, in words that follow it; empty if valid: letters,
    digits and dashes, with at least four digits that are not all the same."""
    digits = re.sub(r"[^0-9]", "", number)
    if not FORM.fullmatch(number):
        return "is not one: it has 5 to 40 letters, digits and dashes"
    if len(digits) < DIGITS_AT_LEAST:
        return f"is not one: it has at least {DIGITS_AT_LEAST} digits"
    if len(set(digits)) == 1:
        return "is a filler, not a number"
    return ""
