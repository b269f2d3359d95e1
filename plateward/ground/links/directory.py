"""The agency's directory: OpenID Connect with the authorization code flow and PKCE, trusting nothing unchecked.

1. `discover` fetches the directory's endpoints; all of them must be at the issuer's own address.
2. `Attempt.begin` makes the secrets of a single log-in; `login_url` is where the browser goes with them.
3. `claims_of_answer` exchanges the code that the browser brings back, and checks the token against the attempt.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from plateward.ground.errors import PlatewardError
from plateward.ground.links.https import HttpQuestion, LongAnswer, NoAnswer, ask
from plateward.ground.links.secure import strong_context
from plateward.ground.policy.trace import enforces

TIMEOUT_S = 5.0
ANSWER_AT_MOST = 256 * 1024  # bytes
LEEWAY_S = 60
ATTEMPT_LASTS = timedelta(minutes=10)
# Signatures by a private key only: "none" signs nothing, and HMAC may use what is a public key.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SIGNED = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


class DirectoryError(PlatewardError):
    """The directory vouches for nobody; the sentence says why."""


@dataclass(frozen=True)
class Directory:
    """The site's settings for its directory. `second_factor`: claim and value that show that a second factor was
    used."""

    issuer: str
    client_id: str
    secret: str
    claim: str
    matches: Literal["username", "badge"]
    second_factor: tuple[str, str] | None
    authority: Path | None


@dataclass(frozen=True)
class PeopleDirectory:
    """The site's settings for its people (ldap.py). `attributes`: what username, name, email and number are called."""

    host: str
    port: int
    base: str
    filter: str
    user: str
    password: str
    attributes: tuple[str, ...]
    authority: Path | None


@dataclass(frozen=True)
class Endpoints:
    """The directory's addresses."""

    authorization: str
    token: str
    keys: str


@dataclass(frozen=True)
class Attempt:
    """Ties the directory's answer to a single log-in in a single browser. Valid once."""

    state: str
    nonce: str
    verifier: str
    at: float  # seconds since 1970
    next: str

    @classmethod
    def begin(cls, now: datetime, next: str) -> "Attempt":
        """With 256 random bits in each part."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, now.timestamp(), next)


@enforces("IA-2/people", "SC-8/systems", "6.i.ii/tls", "6.i.ii/devices")
def discover(directory: Directory) -> Endpoints:
    """Raises DirectoryError if the directory does not answer, is a different one, or points elsewhere."""
    url = directory.issuer.rstrip("/") + "/.well-known/openid-configuration"
    document = _fetch_json(directory, "GET", url)
    if document.get("issuer") != directory.issuer:
        raise DirectoryError("The directory's name is not the configured one.")
    addresses = [document.get(item) for item in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(isinstance(item, str) and _same_origin(directory.issuer, item) for item in addresses):
        raise DirectoryError("The directory points to an address that is not its own.")
    return Endpoints(*(str(item) for item in addresses))


def login_url(directory: Directory, endpoints: Endpoints, attempt: Attempt, back: str) -> str:
    """Where the browser logs in; the directory sends it on to `back`."""
    client = OAuth2Client(None, directory.client_id, redirect_uri=back, code_challenge_method="S256")
    claim, value = directory.second_factor or ("", "")
    more = {"acr_values": value} if claim == "acr" else {}
    url: str = client.create_authorization_url(
        endpoints.authorization,
        attempt.state,
        attempt.verifier,
        scope="openid profile",
        nonce=attempt.nonce,
        **more,
    )[0]
    return url


@enforces("IA-2/people")
def claims_of_answer(
    directory: Directory, attempt: Attempt, answer: Mapping[str, str], back: str, now: datetime
) -> dict[str, Any]:
    """The claims of a token that this attempt requested. Raises DirectoryError for any other token."""
    if not hmac.compare_digest(answer.get("state", ""), attempt.state):
        raise DirectoryError("This response is not for a log-in started here, or was already used.")
    if abs(now.timestamp() - attempt.at) > ATTEMPT_LASTS.total_seconds():
        raise DirectoryError("This log-in started too long ago.")
    if "code" not in answer:
        raise DirectoryError("The directory did not log you in.")
    endpoints = discover(directory)
    token_answer = _fetch_json(
        directory,
        "POST",
        endpoints.token,
        {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": back,
            "client_id": directory.client_id,
            "client_secret": directory.secret,
            "code_verifier": attempt.verifier,
        },
    )
    token = token_answer.get("id_token")
    if not isinstance(token, str):
        raise DirectoryError("The directory sent no token.")
    return verify_token(directory, _fetch_json(directory, "GET", endpoints.keys), token, attempt.nonce, now)


@enforces("IA-2/people")
def verify_token(
    directory: Directory, keys: dict[str, Any], token: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of a token: signed by the directory, for this hub, for this log-in, and not expired."""
    asked = {
        "iss": {"value": directory.issuer},
        "aud": {"value": directory.client_id},
        "nonce": {"essential": True, "value": nonce},
    }
    try:
        read = jwt.decode(token, KeySet.import_key_set(keys), registry=SIGNED)  # type: ignore[arg-type]
        claims = CodeIDToken(read.claims, read.header, asked, {"client_id": directory.client_id})
        claims.validate(now.timestamp(), LEEWAY_S)
    except ExpiredTokenError as old:
        raise DirectoryError("The token has expired, or the clocks of hub and directory differ.") from old
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise DirectoryError("The token is forged, damaged, or not for this log-in and system.") from wrong
    return read.claims


@enforces("IA-2/people", "6.c.ii.1/all")
def second_factor_used(directory: Directory, claims: Mapping[str, Any]) -> bool:
    """Whether the directory says that it required a second factor, in the claim that the site named."""
    if directory.second_factor is None:
        return False
    claim, value = directory.second_factor
    claimed = claims.get(claim)
    return value in claimed if isinstance(claimed, list) else claimed == value


def _same_origin(issuer: str, url: str) -> bool:
    own, other = urlsplit(issuer), urlsplit(url)
    return (own.scheme, own.netloc) == (other.scheme, other.netloc)


def _fetch_json(
    directory: Directory, method: str, url: str, form: dict[str, str] | None = None
) -> dict[str, Any]:
    """A JSON object from the issuer's address, over TLS, without redirects or proxies, of bounded size."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    question = HttpQuestion(method, url, kind, urlencode(form or {}).encode(), directory.secret)
    try:
        answer = ask(
            "The directory", question, strong_context(file=directory.authority), TIMEOUT_S, ANSWER_AT_MOST
        )
    except LongAnswer as error:
        raise DirectoryError("The directory's response is too long.") from error
    except NoAnswer as error:
        raise DirectoryError("The directory is not responding.") from error
    if answer.status != 200:
        raise DirectoryError(f"The directory refused (HTTP {answer.status}).")
    try:
        document = json.loads(answer.body)
    except ValueError as error:
        raise DirectoryError("The directory's response cannot be read.") from error
    if not isinstance(document, dict):
        raise DirectoryError("The directory's response cannot be read.")
    return document
