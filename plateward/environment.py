"""Reads the environment for settings.py. An unusable value is refused in a sentence that names its variable.

environs, django-environ and pydantic-settings were looked at: each turns text into a value, and these checks would be
validators around it."""

import io
import os
import ssl
import tomllib
import warnings
from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path

from plateward.core.audit.tlog.notes import BadNote
from plateward.core.audit.tlog.policy import WitnessPolicy, parse_policy
from plateward.ground.errors import PlatewardError
from plateward.ground.links.dems import DemsAccount
from plateward.ground.links.directory import Directory
from plateward.ground.policy.packs import known_rows

LONGEST_LINE = 100  # characters
MOST_PROXIES = 256  # addresses of one network
MOST_PICTURE_BYTES, MOST_PICTURE_PIXELS = 2 * 1024**2, 4_000


class WrongSetting(PlatewardError):
    """A `PLATEWARD_*` variable has an unusable value."""


def env_int(name: str, usual: int, most: int, least: int = 0) -> int:
    """A whole number from the environment."""
    text = os.environ.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 7 and least <= int(text) <= most):
        raise WrongSetting(f"{name} is '{text}'. Give a whole number from {least} to {most}.")
    return int(text)


def env_file(name: str) -> Path | None:
    """A readable file from the environment, or None if not set."""
    path = Path(os.environ[name]).absolute() if os.environ.get(name) else None
    if path and not os.access(path, os.R_OK):
        raise WrongSetting(f"{name} names {path}, which is no file that can be read here.")
    return path


def env_line(name: str) -> str:
    """One line of text from the environment; empty if not set."""
    text = os.environ.get(name, "").strip()
    if len(text) > LONGEST_LINE or not text.isprintable():
        raise WrongSetting(f"{name} is no line of text of at most {LONGEST_LINE} characters.")
    return text


def env_mailbox(name: str) -> tuple[str, str] | None:
    """A person's name and email address from the environment, "Rosa Romero <rosa@example.gov>"; None if not set."""
    line = env_line(name)
    if not line:
        return None
    person, address = parseaddr(line)
    user, _, domain = address.rpartition("@")
    if not (person and user and "." in domain and address.isascii()):
        raise WrongSetting(f"{name} is '{line}'. Write name and address: Rosa Romero <rosa@example.gov>.")
    return person, address


def env_picture(name: str) -> bytes | None:
    """A picture from the environment, for paper: a PNG of at most 300 pixels of any PNG or JPEG file; None if not
    set."""
    path = env_file(name)
    if path is None:
        return None
    from PIL import Image  # only where one is set

    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(file.read(MOST_PICTURE_BYTES)), formats=("PNG", "JPEG")) as picture:
                if max(picture.size) > MOST_PICTURE_PIXELS:
                    raise ValueError("too many pixels")
                small = picture.convert("RGBA")
                small.thumbnail((300, 300))
        content = io.BytesIO()
        small.save(content, "PNG")
    except Exception as error:  # a decoder may raise anything
        raise WrongSetting(
            f"{name} names {path}, which is no usable picture. Give a PNG or JPEG of at most "
            f"{MOST_PICTURE_BYTES // 1024**2} MiB and {MOST_PICTURE_PIXELS:,} pixels a side."
        ) from error
    return content.getvalue()


def env_certificate(certificate: str, key: str) -> tuple[Path, Path] | None:
    """A certificate and its key, two matching files from the environment; both or neither must be set."""
    named = env_file(certificate), env_file(key)
    if named == (None, None):
        return None
    if None in named:
        raise WrongSetting(f"{certificate} and {key} go together: name both, or neither.")
    first, second = (path for path in named if path)
    try:
        ssl.create_default_context().load_cert_chain(first, second, password="")
    except (ssl.SSLError, OSError, ValueError) as error:
        raise WrongSetting(
            f"{certificate} and {key} are no certificate with its own key, as PEM and without a passphrase."
        ) from error
    return first, second


def env_networks(name: str) -> tuple[str, ...]:
    """Addresses and networks from the environment, separated by commas; none if not set."""
    given = [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
    try:
        networks = [ip_network(part) for part in given]
    except ValueError as error:
        raise WrongSetting(
            f"{name}: {error}. Give addresses or networks, separated by commas: 10.1.2.3, 10.1.4.0/28."
        ) from error
    if wide := [str(network) for network in networks if network.num_addresses > MOST_PROXIES]:
        raise WrongSetting(
            f"{name} names {wide[0]}, which has room for far more than proxies: whoever is there could claim any "
            f"address (OPR:50 6.b.i.9). Name the proxies alone, in networks of at most {MOST_PROXIES} addresses."
        )
    return tuple(str(network) for network in networks)


def env_directory() -> Directory | None:
    """The agency's directory, if the environment sets one: with all that it needs, or nothing starts."""
    issuer = os.environ.get("PLATEWARD_OIDC_ISSUER")
    if not issuer:
        return None
    if not issuer.startswith("https://"):
        raise WrongSetting(f"PLATEWARD_OIDC_ISSUER is '{issuer}'. It begins with https://.")
    secret, client = env_file("PLATEWARD_OIDC_SECRET_FILE"), os.environ.get("PLATEWARD_OIDC_CLIENT_ID")
    if not secret or not client:
        raise WrongSetting(
            "With PLATEWARD_OIDC_ISSUER go PLATEWARD_OIDC_CLIENT_ID and PLATEWARD_OIDC_SECRET_FILE."
        )
    matches = env_choice("PLATEWARD_OIDC_MATCHES", ("username", "badge"))
    claim, _, value = os.environ.get("PLATEWARD_OIDC_SECOND_FACTOR", "").partition("=")
    if claim and not (claim in ("acr", "amr") and value):
        raise WrongSetting("PLATEWARD_OIDC_SECOND_FACTOR is acr=… or amr=…, as the directory writes it.")
    return Directory(
        issuer=issuer,
        client_id=client,
        secret=secret.read_text().strip(),
        claim=os.environ.get("PLATEWARD_OIDC_CLAIM", "preferred_username"),
        matches="badge" if matches == "badge" else "username",
        second_factor=(claim, value) if claim else None,
        authority=env_file("PLATEWARD_OIDC_AUTHORITY"),
    )


def env_dems() -> DemsAccount | None:
    """The agency's DEMS, if the environment sets one: with all that it needs, or nothing starts."""
    url = os.environ.get("PLATEWARD_DEMS_URL", "").rstrip("/")
    if not url:
        return None
    token_url = os.environ.get("PLATEWARD_DEMS_TOKEN_URL", f"{url}/oauth/token")
    for name, given in {"PLATEWARD_DEMS_URL": url, "PLATEWARD_DEMS_TOKEN_URL": token_url}.items():
        if not given.startswith("https://"):
            raise WrongSetting(f"{name} is '{given}'. It begins with https://.")
    client, secret = os.environ.get("PLATEWARD_DEMS_CLIENT_ID"), env_file("PLATEWARD_DEMS_SECRET_FILE")
    if not client or not secret or not secret.read_text().strip():
        raise WrongSetting(
            "With PLATEWARD_DEMS_URL go PLATEWARD_DEMS_CLIENT_ID and PLATEWARD_DEMS_SECRET_FILE."
        )
    authority = env_file("PLATEWARD_DEMS_AUTHORITY")
    return DemsAccount(url, token_url, client, secret.read_text().strip(), authority)


def env_choice(name: str, choices: tuple[str, ...]) -> str:
    """One of these choices from the environment; the first is the default."""
    value = os.environ.get(name, choices[0]).lower()
    if value not in choices:
        raise WrongSetting(f"{name} is '{value}'. Say {' or '.join(choices)}.")
    return value


def env_new_file(name: str) -> Path | None:
    """A file from the environment, or None if not set; it need not exist, but its folder must."""
    path = Path(os.environ[name]).absolute() if os.environ.get(name) else None
    if path and not path.parent.is_dir():
        raise WrongSetting(
            f"{name} names {path}, whose folder is not there. Mount or make it, then start again."
        )
    return path


def env_server(name: str, usual: int) -> tuple[str, int] | None:
    """A host, or host:port, from the environment; None if not set."""
    text = os.environ.get(name, "")
    if not text:
        return None
    host, _, port = text.rpartition(":") if ":" in text else (text, "", str(usual))
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise WrongSetting(f"{name} is '{text}'. Give a host, or host:port.")
    return host, int(port)


def env_witness_policy(name: str) -> WitnessPolicy:
    """The logs and witnesses in a policy file from the environment; none if not set."""
    path = env_file(name)
    try:
        return parse_policy(path.read_bytes()) if path else WitnessPolicy()
    except BadNote as error:
        raise WrongSetting(f"{name} names {path}, which is unusable. {error}") from error


def env_policy_text(name: str) -> Mapping[str, str]:
    """The agency's own words of each clause, by its number, from a file in the environment; none if not set."""
    path = env_file(name)
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError) as error:
        raise WrongSetting(f"{name} names {path}, which cannot be read: {error}") from error
    wrong = [id for id, text in words.items() if not isinstance(text, str)]
    wrong += sorted(words.keys() - known_rows().keys())
    if wrong:
        raise WrongSetting(
            f'{name} names {path}, where {wrong[0]} is no clause with its text. Write each as "6.e.iii" = "…".'
        )
    return words
