"""The agency's directory: OpenID Connect with the authorization code flow and PKCE, trusting nothing unchecked.

1. `discover` fetches the directory's endpoints; all of them must be at the issuer's own address.
2. `Attempt.begin` makes the secrets of a single log-in; `login_url` is where the browser goes with them.
3. `claims_of_answer` exchanges the code that the browser brings back, and checks the token against the attempt.
"""

import base64
import hashlib
import hmac
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import httpx
import jwt

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

TIMEOUT_S = 5.0
ANSWER_AT_MOST = 256 * 1024  # bytes
LEEWAY = timedelta(seconds=60)
ATTEMPT_LASTS = timedelta(minutes=10)
# Signatures by a private key only: "none" signs nothing, and HMAC may use what is a public key.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


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


@enforces("IA-2", "SC-8", "6.i.ii")
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
    digest = hashlib.sha256(attempt.verifier.encode()).digest()
    parameters = {
        "response_type": "code",
        "client_id": directory.client_id,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if directory.second_factor and directory.second_factor[0] == "acr":
        parameters["acr_values"] = directory.second_factor[1]
    return f"{endpoints.authorization}?{urlencode(parameters)}"


@enforces("IA-2")
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


@enforces("IA-2")
def verify_token(
    directory: Directory, keys: dict[str, Any], token: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of a token: signed by the directory, for this hub, for this log-in, and not expired."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        usable = [key for key in jwt.PyJWKSet.from_dict(keys).keys if kid is None or key.key_id == kid]
        if len(usable) != 1:
            raise DirectoryError("The token is not signed by a key of the directory.")
        claims: dict[str, Any] = jwt.decode(
            token,
            usable[0],
            algorithms=ALGORITHMS,
            audience=directory.client_id,
            issuer=directory.issuer,
            # Times are checked below, by the clock that all rules use.
            options={
                "require": ["exp", "iat", "iss", "aud", "sub", "nonce"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        expires, issued = float(claims["exp"]), float(claims["iat"])
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as wrong:
        raise DirectoryError("The token is forged, damaged, or not for this system.") from wrong
    if claims.get("azp", directory.client_id) != directory.client_id:
        raise DirectoryError("The token was made for another system.")
    if not hmac.compare_digest(str(claims["nonce"]), nonce):
        raise DirectoryError("The token belongs to another log-in.")
    leeway = LEEWAY.total_seconds()
    if now.timestamp() > expires + leeway or issued > now.timestamp() + leeway:
        raise DirectoryError("The token has expired, or the clocks of hub and directory differ.")
    return claims


@enforces("IA-2", "6.c.ii.1")
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
    context = ssl.create_default_context(cafile=directory.authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    body = b""
    try:
        with (
            httpx.Client(
                verify=context, timeout=TIMEOUT_S, trust_env=False, follow_redirects=False
            ) as client,
            client.stream(method, url, data=form, headers={"Accept": "application/json"}) as answer,
        ):
            for part in answer.iter_bytes():
                body += part
                if len(body) > ANSWER_AT_MOST:
                    raise DirectoryError("The directory's response is too long.")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DirectoryError("The directory is not responding.") from error
    if answer.status_code != 200:
        raise DirectoryError(f"The directory refused (HTTP {answer.status_code}).")
    try:
        document = json.loads(body)
    except ValueError as error:
        raise DirectoryError("The directory's response cannot be read.") from error
    if not isinstance(document, dict):
        raise DirectoryError("The directory's response cannot be read.")
    return document
