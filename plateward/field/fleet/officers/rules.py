"""Log-in at a reader's screen by a code that is confirmed on the hub's pages, as RFC 8628 has it. Pure."""

from datetime import datetime, timedelta

from plateward.ground.policy.decision import Refusal

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 6.1: no word, and nothing that looks like another; 8 are 34 bits
LENGTH = 8
CODE_LASTS = timedelta(minutes=10)
SAME_CODE = timedelta(minutes=5)  # so long a screen that asks again gets the same one: it cannot fill the log
MOST_WRONG, WRONG_WITHIN = 5, timedelta(minutes=15)  # AC-7, as with passwords
TOO_MANY = Refusal("AC-7", "Too many wrong codes.", "Wait 15 minutes, or log in with your password.")
WRONG = Refusal(
    "6.e.i",
    "No reader shows this code: mistyped, used, or older than 10 minutes.",
    "Compare it with the screen in your vehicle, or have the screen show another one.",
    field="code",
)


def typed_code(text: str) -> str:
    """What somebody typed, as the hub keeps it."""
    return "".join(letter for letter in text.upper() if letter in ALPHABET)


def is_younger(asked_at: datetime | None, than: timedelta, now: datetime) -> bool:
    """Whether a code that was asked for then is younger than that; none is if the clock was set back."""
    return asked_at is not None and timedelta(0) <= now - asked_at < than
