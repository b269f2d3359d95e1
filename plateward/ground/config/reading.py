"""Reads a site's settings: plateward.toml, then the environment, which overrides it.

What the file sets and the environment does not is put into the environment, so that every process that a hub starts
reads the same. environs, django-environ, pydantic-settings and dynaconf were looked at: msgspec, which is here already,
checks types and ranges, and what is left is the sentence for a person.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import msgspec

from plateward.ground.config.keys import SECRETS, Site
from plateward.ground.errors import PlatewardError

FILE, MACHINE_FILE = "plateward.toml", Path("/etc/plateward/plateward.toml")
PLAIN_SECRET = re.compile(r"secret|password|passphrase|token$|token_file$|key$|key_file$")
LINE = re.compile(r"\s*(?:\[\s*([\w.-]+)\s*\]|([\w.-]+)\s*=)")
OTHERS = 0o007  # in a file's mode: people who are neither its user nor in its group


class WrongSetting(PlatewardError):
    """A setting of the site has an unusable value."""


@dataclass(frozen=True)
class Key:
    """One setting: its section (empty before all sections), its name, its type with what bounds it, its default."""

    section: str
    name: str
    hint: Any
    default: Any

    @property
    def dotted(self) -> str:
        """As in a sentence: alerts.near_km."""
        return f"{self.section}.{self.name}".lstrip(".")

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"PLATEWARD_{self.dotted.replace('.', '_').upper()}"

    @property
    def type(self) -> Any:
        """Without what bounds it."""
        return get_args(self.hint)[0]

    def said(self, name: str) -> Any:
        """What the last `Meta` of its type that has this attribute says; None if none has."""
        metas = (getattr(meta, name) for meta in reversed(self.hint.__metadata__))
        return next((found for found in metas if found is not None), None)

    @property
    def is_path(self) -> bool:
        """Whether it names a file or a folder."""
        return Path in (self.type, *get_args(self.type))

    def value(self, text: str) -> Any:
        """This text as its value; the default if empty. Raises ValueError with what to write instead."""
        text = text.strip()
        if not text:
            return self.default
        if self.is_path:
            path = Path(text).absolute()
            if self.said("extra") and not (path.is_file() and os.access(path, os.R_OK)):
                raise ValueError(f"names {path}, which is no file that can be read here.")
            return path
        given: Any = text
        if get_origin(self.type) is tuple:
            given = [part.strip() for part in text.split(",") if part.strip()]
        elif self.type is bool:
            given = {"yes": "true", "no": "false"}.get(text.lower(), text.lower())
        elif get_origin(self.type) is Literal:
            given = {choice.lower(): choice for choice in get_args(self.type)}.get(text.lower(), text)
        try:
            return msgspec.convert(given, self.hint, strict=False)
        except msgspec.ValidationError as error:
            shown = (
                f"'{text}'" if self.type is not str or "@" not in text else "unusable"
            )  # may hold a password
            raise ValueError(f"is {shown}. {self.wanted()}") from error

    def wanted(self) -> str:
        """What to write, in a sentence."""
        if self.type is bool:
            return "Say true or false."
        if get_origin(self.type) is Literal:
            return f"Say {' or '.join(get_args(self.type))}."
        if (least := self.said("ge")) is not None:
            return f"Give a whole number from {least} to {self.said('le')}."
        if most := self.said("max_length"):
            return f"Give one line of text of at most {most} characters."
        return f"Write it like {' or '.join(self.said('examples') or ('a list',))}."


def _keys() -> Iterator[Key]:
    for section, struct in SECTIONS.items():
        hints = get_type_hints(struct, include_extras=True)
        for field in msgspec.structs.fields(struct):
            if field.name not in SECTIONS:
                yield Key(section, field.name, hints[field.name], field.default)


SECTIONS: Mapping[str, type[msgspec.Struct]] = {"": Site} | {
    name: hint for name, hint in get_type_hints(Site).items() if type(hint) is type(Site)
}
KEYS = {key.dotted: key for key in _keys()}


@dataclass(frozen=True)
class SiteFile:
    """A file as it was read: each known key's value as text, the line of each key, and what is wrong."""

    values: Mapping[str, str]
    lines: Mapping[str, int]
    problems: tuple[str, ...]


def read() -> Site:
    """The site's settings. Raises WrongSetting for the first that is unusable."""
    configure()
    values: dict[str, Any] = {section: {} for section in SECTIONS}
    for key in KEYS.values():
        try:
            values[key.section][key.name] = key.value(os.environ.get(key.variable, ""))
        except ValueError as error:
            raise WrongSetting(f"{key.variable} {error}") from error
    return Site(**values.pop("") | {name: SECTIONS[name](**given) for name, given in values.items()})


def configure() -> None:
    """Put into the environment what the site's file sets and the environment does not. Raises WrongSetting if anything
    in the file is wrong."""
    if path := config_file():
        found = parse(path)
        if found.problems:
            more = (
                f" {len(found.problems)} such in all: plateward config check." if found.problems[1:] else ""
            )
            raise WrongSetting(f"{found.problems[0]} Nothing was done.{more}")
        os.environ.setdefault(
            "PLATEWARD_CONFIG", str(path)
        )  # for the processes of a hub, and if it names the home
        for name, text in found.values.items():
            os.environ.setdefault(KEYS[name].variable, text)


def config_file() -> Path | None:
    """The site's file, if it has one: the one that PLATEWARD_CONFIG names; without that, the one in PLATEWARD_HOME; and
    where neither is set, the machine's. It may not be readable."""
    if named := os.environ.get("PLATEWARD_CONFIG"):
        return Path(named).absolute()
    home = os.environ.get("PLATEWARD_HOME")
    usual = Path(home).absolute() / FILE if home else MACHINE_FILE
    return usual if usual.exists() else None


@cache
def parse(path: Path) -> SiteFile:
    """The file as it is now, read once a process."""
    try:
        text = path.read_text(encoding="utf-8")
        sections = tomllib.loads(text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        return SiteFile({}, {}, (f"{path} cannot be read: {reason}.",))
    lines, values, problems = _lines(text), {}, []
    for name, value in _flat(sections):
        where = f"{name} in {path}" + (f", line {lines[name]}," if name in lines else "")
        try:
            values[name] = _text_of(name, value, path.parent)
        except ValueError as error:
            problems.append(f"{where} {error}")
    return SiteFile(values, lines, tuple(problems))


def _flat(sections: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in sections.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value


def _lines(text: str) -> dict[str, int]:
    section, found = "", {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := LINE.match(line):
            section = match[1] or section
            if match[2]:
                found[f"{section}.{match[2]}".lstrip(".")] = number
    return found


def _text_of(name: str, value: object, folder: Path) -> str:
    """As it would stand in the environment. Raises ValueError with what is wrong and what to do."""
    key = KEYS.get(name)
    if key is None:
        raise ValueError(_unknown(name))
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    if name == "database.url" and urlsplit(text).password:
        raise ValueError("holds a password. Leave it out, and put it into the secret database-password.")
    if key.is_path and text:
        text = str(folder / text)
    key.value(text)
    return text


def _unknown(name: str) -> str:
    if PLAIN_SECRET.search(name):
        return (
            "would be a secret in clear, or its file. Secrets are files in the folder `secrets`, or credentials of "
            f"systemd: {', '.join(SECRETS)}."
        )
    near = get_close_matches(name, KEYS, 1) or [
        key for key in KEYS if key.split(".")[-1] == name.rsplit(".", maxsplit=1)[-1]
    ]
    return "is no setting." + (f" Is it {near[0]}?" if near else " See docs/administrator/settings.md.")


def unknown_variables() -> list[str]:
    """Names in the environment that begin like a setting's and are none."""
    known = {key.variable for key in KEYS.values()} | {
        f"PLATEWARD_{name}" for name in ("CONFIG", "READER_HOME", "FAST_ALPR", "DOORWAY")
    }
    return sorted(name for name in os.environ if name.startswith("PLATEWARD_") and name not in known)


def secret_file(folder: Path, name: str) -> Path | None:
    """The file of this secret: systemd's credential `plateward-NAME`, or NAME in the folder; None if neither is there.
    Raises WrongSetting if it is empty, or people other than the hub's user and group may read it."""
    handed = os.environ.get("CREDENTIALS_DIRECTORY")
    places = [Path(handed) / f"plateward-{name}"] if handed else []
    path = next((place for place in [*places, folder / name] if place.exists()), None)
    if path is None:
        return None
    if not os.access(path, os.R_OK) or not path.stat().st_size:
        raise WrongSetting(f"The secret {path} is empty or cannot be read by the hub's user.")
    if path.stat().st_mode & OTHERS:
        raise WrongSetting(
            f"The secret {path} can be read by every user of this machine (CJIS IA-5). Run: chmod o= '{path}'"
        )
    return path


def authority_file(folder: Path, name: str) -> Path | None:
    """The PEM file of the authorities that this outside system's certificate is checked by; None if it is not there."""
    path = folder / f"{name}.pem"
    if path.exists() and not os.access(path, os.R_OK):
        raise WrongSetting(f"{path} cannot be read by the hub's user.")
    return path if path.exists() else None


def host_and_port(server: str, usual: int) -> tuple[str, int]:
    """A setting `host` or `host:port` as the two."""
    host, _, port = server.partition(":")
    return host, int(port or usual)
