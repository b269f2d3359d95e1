"""What settings.py makes of a site's settings (`ground/config`): files read and checked, accounts put together."""

import io
import os
import ssl
import tomllib
import warnings
from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

from plateward.core.audit.tlog.notes import BadNote
from plateward.core.audit.tlog.policy import WitnessPolicy, parse_policy
from plateward.ground.config.keys import Dems, Ldap, Oidc
from plateward.ground.config.reading import WrongSetting
from plateward.ground.links.dems import DemsAccount
from plateward.ground.links.directory import Directory, PeopleDirectory
from plateward.ground.policy.packs import known_rows

# Active Directory's: username, name, email, personnel number.
USUAL_ATTRIBUTES = ("sAMAccountName", "displayName", "mail", "employeeNumber")
MOST_PROXIES = 256  # addresses of one network
MOST_PICTURE_BYTES, MOST_PICTURE_PIXELS = 2 * 1024**2, 4_000


def postgresql(url: str, password: Path | None) -> dict[str, Any]:
    """Django's settings of a PostgreSQL database at this address.

    A machine or network that is gone fails within seconds (milliseconds for what is sent), and keeps no thread.
    Parameters are bound on the server, so that it plans a repeated query once per connection. It compiles none: each is
    over in less time than that takes.
    """
    database: dict[str, Any] = {"OPTIONS": {}, **dj_database_url.parse(url)}
    gone = {
        "connect_timeout": 5,
        "tcp_user_timeout": 15_000,
        "keepalives_idle": 5,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    given = database["OPTIONS"].get("options", os.environ.get("PGOPTIONS", ""))
    bound = {"server_side_binding": True, "prepare_threshold": 2, "options": f"{given} -c jit=off".strip()}
    if password:
        database["PASSWORD"] = password.read_text().strip()
    return database | {"OPTIONS": gone | database["OPTIONS"] | bound}


def mailbox(line: str) -> tuple[str, str] | None:
    """A person's name and email address, "Rosa Romero <rosa@example.gov>"; None if empty."""
    if not line:
        return None
    person, address = parseaddr(line)
    user, _, domain = address.rpartition("@")
    if not (person and user and "." in domain and address.isascii()):
        raise WrongSetting(
            f"agency.systems_officer is '{line}'. Write name and address: Rosa Romero <rosa@example.gov>."
        )
    return person, address


def picture(path: Path | None) -> bytes | None:
    """A picture for paper: a PNG of at most 300 pixels of any PNG or JPEG file; None if not set."""
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
            f"agency.seal names {path}, which is no usable picture. Give a PNG or JPEG of at most "
            f"{MOST_PICTURE_BYTES // 1024**2} MiB and {MOST_PICTURE_PIXELS:,} pixels a side."
        ) from error
    return content.getvalue()


def certificate_pair(certificate: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    """A certificate and its key, two matching files; both or neither must be set."""
    if certificate is None or key is None:
        if certificate or key:
            raise WrongSetting(
                "certificate_file and certificate_key_file go together: name both, or neither."
            )
        return None
    try:
        ssl.create_default_context().load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, OSError, ValueError) as error:
        raise WrongSetting(
            f"{certificate} and {key} are no certificate with its own key, as PEM and without a passphrase."
        ) from error
    return certificate, key


def networks(given: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks of proxies."""
    try:
        found = [ip_network(part) for part in given]
    except ValueError as error:
        raise WrongSetting(f"proxies: {error}. Give addresses or networks: 10.1.2.3, 10.1.4.0/28.") from error
    if wide := [str(network) for network in found if network.num_addresses > MOST_PROXIES]:
        raise WrongSetting(
            f"proxies names {wide[0]}, which has room for far more than proxies: each machine there could claim any "
            f"address (OPR:50 6.b.i.9). Name the proxies alone, in networks of at most {MOST_PROXIES} addresses."
        )
    return tuple(str(network) for network in found)


def directory(oidc: Oidc, secret: Path | None, authority: Path | None) -> Directory | None:
    """The agency's directory, if the site has one: with all that it needs, or nothing starts."""
    if not oidc.issuer:
        return None
    if not secret or not oidc.client_id:
        raise WrongSetting("With oidc.issuer go oidc.client_id and the secret oidc-secret.")
    claim, _, value = oidc.second_factor.partition("=")
    return Directory(
        issuer=oidc.issuer,
        client_id=oidc.client_id,
        secret=secret.read_text().strip(),
        claim=oidc.claim,
        matches=oidc.matches,
        second_factor=(claim, value) if claim else None,
        authority=authority,
    )


def people_directory(ldap: Ldap, secret: Path | None, authority: Path | None) -> PeopleDirectory | None:
    """The directory of the agency's people, if the site has one: with all that it needs, or nothing starts."""
    if not ldap.url:
        return None
    if not (ldap.user and secret):  # without a password, LDAP takes a user for nobody, and answers
        raise WrongSetting("With ldap.url go ldap.user and the secret ldap-password.")
    where = urlsplit(ldap.url)
    named, _, selected = (*where.query.split("?", 2), "", "")[:3]
    attributes = tuple(named.split(",")) if named else USUAL_ATTRIBUTES
    if len(attributes) != len(USUAL_ATTRIBUTES) or not all(attributes):
        raise WrongSetting(
            f"ldap.url names {named}. Name four attributes: those of username, name, email and personnel number."
        )
    return PeopleDirectory(
        where.hostname or "",
        where.port or 636,
        unquote(where.path[1:]),
        unquote(selected) or f"({attributes[-1]}=*)",
        ldap.user,
        secret.read_text().strip(),
        attributes,
        authority,
    )


def dems_account(dems: Dems, secret: Path | None, authority: Path | None) -> DemsAccount | None:
    """The agency's DEMS, if the site has one: with all that it needs, or nothing starts."""
    url = dems.url.rstrip("/")
    if not url:
        return None
    if not dems.client_id or not secret or not secret.read_text().strip():
        raise WrongSetting("With dems.url go dems.client_id and the secret dems-secret.")
    token_url = dems.token_url or f"{url}/oauth/token"
    return DemsAccount(url, token_url, dems.client_id, secret.read_text().strip(), authority)


def witness_file(path: Path | None) -> Path | None:
    """It need not exist, but its folder must."""
    if path and not path.parent.is_dir():
        raise WrongSetting(
            f"witness.file names {path}, whose folder is not there. Mount or make it, then start again."
        )
    return path


def witness_policy(path: Path | None) -> WitnessPolicy:
    """The logs and witnesses in a policy file; none if not set."""
    try:
        return parse_policy(path.read_bytes()) if path else WitnessPolicy()
    except BadNote as error:
        raise WrongSetting(f"witness.policy names {path}, which is unusable. {error}") from error


def policy_text(path: Path | None) -> Mapping[str, str]:
    """The agency's own words of each clause, by its number; none if not set."""
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError) as error:
        raise WrongSetting(f"policy_text names {path}, which cannot be read: {error}") from error
    wrong = [id for id, text in words.items() if not isinstance(text, str)]
    wrong += sorted(words.keys() - known_rows().keys())
    if wrong:
        raise WrongSetting(
            f'policy_text names {path}, where {wrong[0]} is no clause with its text. Write each as "6.e.iii" = "…".'
        )
    return words
