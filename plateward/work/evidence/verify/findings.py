"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum

MOST = 1000  # characters of a sentence


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WRONG = "wrong"
    OPEN = "not established"


@dataclass(frozen=True)
class PackageFinding:
    """One thing that was checked, and what was found, in a sentence."""

    check: str
    state: State
    says: str

    def __post_init__(self) -> None:
        """A foreign file's names must not write on the terminal what a verifier says."""
        printable = self.says if self.says.isprintable() else "".join(map(_printable, self.says))
        object.__setattr__(self, "says", printable if len(printable) <= MOST else f"{printable[:MOST]}…")


def right(check: str, says: str) -> PackageFinding:
    """This was established."""
    return PackageFinding(check, State.OK, says)


def wrong(check: str, says: str) -> PackageFinding:
    """This is wrong."""
    return PackageFinding(check, State.WRONG, says)


def unknown(check: str, says: str) -> PackageFinding:
    """This is not established."""
    return PackageFinding(check, State.OPEN, says)


def _printable(letter: str) -> str:
    return letter if letter.isprintable() else ascii(letter)[1:-1]


def sentence_of(error: Exception) -> str:
    """What is wrong with a package's file, to go on with in a sentence."""
    if isinstance(error, KeyError):
        return f"{str(error.args[0]).rsplit('/', 1)[-1]} is missing"
    return str(error).rstrip(".")
