"""Passwords refused beyond Django's own list: those in a file of the agency, and absurdly long ones."""

import mmap
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from plateward.ground.policy.trace import enforces

MAX_CHARACTERS = 1000  # characters; a longer one is refused, never cut off


@enforces("IA-5.passwords/checked")
class NotTooLong:
    """Refuses what no person types."""

    def validate(self, password: str, _user: Any = None) -> None:
        if len(password) > MAX_CHARACTERS:
            raise ValidationError(f"This password is too long. It has at most {MAX_CHARACTERS:,} characters.")

    def get_help_text(self) -> str:
        return f"Your password has at most {MAX_CHARACTERS:,} characters."


@enforces("IA-5.passwords/checked")
class NotBanned:
    """Refuses what `people.banned_passwords` lists, a file with one password a line, UTF-8.

    The file is searched on disk, so one of many gigabytes takes no memory, and a change counts at once.
    """

    def validate(self, password: str, _user: Any = None) -> None:
        path = settings.BANNED_PASSWORDS
        if path and any(is_listed(path, spelling) for spelling in {password, password.lower()}):
            raise ValidationError(
                "This password is on the agency's list of banned passwords: it is known or easy to guess."
            )

    def get_help_text(self) -> str:
        return "Your password cannot be on the agency's banned list."


def is_listed(path: Path, password: str) -> bool:
    """Whether this password is a line of the file."""
    if path.stat().st_size == 0:
        return False
    line = re.compile(re.escape(password.encode()) + rb"\r?(?:\n|\Z)")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return any(not match.start() or text[match.start() - 1] == ord("\n") for match in line.finditer(text))
