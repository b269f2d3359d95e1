"""Live evidence: what the running hub shows for a row, beside the code that enforces it.

Each room of the hub offers its facts in `evidence.py` (oversight/compliance/facts.py gathers them). The policy
knows no room: an entry point of the group `plateward.evidence` returns all facts, and nothing if there is no hub here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points

from plateward.ground.policy.trace import enforces


@dataclass(frozen=True)
class Fact:
    """One sentence for some rows, without a plate or a name of a person searched for.

    `figures`: its numbers by name. `attention`: what contradicts the row now, and what to do. `gap`: a reading of the
    row or a deviation from it. `route`: the page that shows more.
    """

    rows: tuple[str, ...]
    text: str
    figures: Mapping[str, str | int]
    attention: str = ""
    gap: str = ""
    route: str = ""


def fact(
    *rows: str,
    text: str,
    attention: str = "",
    late: bool | int = 0,
    gap: str = "",
    route: str = "",
    **figures: str | int,
) -> Fact:
    """A fact whose texts name its figures, as in "Accounts: {accounts:,}.". `late`: whether, or how often, the row is
    contradicted, so that `attention` holds; a text may name it, too. A figure that says "or more" stays in words."""
    named = {**figures, "late": late}
    stated = {name: f"{figure}" if f"{figure}" != str(figure) else figure for name, figure in figures.items()}
    return Fact(rows, text.format(**named), stated, attention.format(**named) if late else "", gap, route)


@enforces("SC-13/module")
def cryptographic_module() -> str:
    """The name and version of the module that encrypts. It is not a validated FIPS 140-3 module unless the site
    builds against one."""
    from cryptography.hazmat.backends.openssl.backend import backend

    return backend.openssl_version_text()


@enforces("SC-13/module")
def validation() -> str:
    """What can be said of it: no certificate of a validated module names this build, so it is never claimed."""
    return "not validated (FIPS 140-3)"


def installation_facts() -> list[Fact]:
    """Of this installation, whether or not it is a hub."""
    text = "Cryptographic module in use: {cryptographic_module}; {validation}."
    return [fact("SC-13", text=text, cryptographic_module=cryptographic_module(), validation=validation())]


def live_facts() -> list[Fact]:
    """Of this installation, and of its hub's rooms. Raises whatever keeps a room from querying its database."""
    hubs = entry_points(group="plateward.evidence")
    return [*installation_facts(), *(fact for hub in hubs for fact in hub.load()())]
