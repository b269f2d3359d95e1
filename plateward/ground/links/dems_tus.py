"""A DEMS that takes files by tus 1.0, the resumable upload protocol (https://tus.io/protocols/resumable-upload), for
OAuth 2 client credentials (RFC 6749, 4.4), all over TLS.

| call | is |
|---|---|
| token | `POST TOKEN_URL`, `grant_type=client_credentials`, the client's id and secret by HTTP Basic |
| begin | `POST URL/files` with `Upload-Length` and `Upload-Metadata` (reference, case_number, sha256 …) → `Location` |
| offset | `HEAD Location` → `Upload-Offset` |
| append | `PATCH Location` with `Upload-Offset` and `Upload-Checksum: sha256 …` (460: it arrived damaged) |
| acknowledgment | `GET URL/items/REFERENCE` → `{"id", "sha256", "size", "case_number"}`, or 404 `unknown_item` |
"""

import base64
import hashlib
import re
import ssl
import threading
import time
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import quote, quote_plus, urljoin

import httpx
import msgspec

from plateward.ground.links.dems import (
    ITEM,
    DemsAccount,
    DemsAcknowledgment,
    DemsAway,
    DemsRefused,
    OutgoingPackage,
)
from plateward.ground.links.https import HttpAnswer, HttpQuestion, NoAnswer, ask
from plateward.ground.links.secure import TOKEN, require_strong
from plateward.ground.policy.trace import enforces

ANSWER_AT_MOST = 64 * 1024  # bytes
LOCATION_AT_MOST = 500  # characters
RENEWED_BEFORE = 30.0  # seconds before its end
CREDENTIAL = "does not accept this hub's credential (HTTP {status}): notify the ALPR administrator"
FOREIGN = "names an address for the upload that is not its own"
# Those of the connection, or of a moment; every other 4xx is about the package itself.
PASSING = frozenset({404, 408, 409, 410, 412, 423, 425, 429})


class _Token(msgspec.Struct):
    access_token: str
    token_type: str
    expires_in: float = 300.0


class _Item(msgspec.Struct):
    id: str
    sha256: str
    size: int
    case_number: str


class _Problem(msgspec.Struct):
    """The reason of a refusal, as RFC 9457 or OAuth write it."""

    detail: str = ""
    error_description: str = ""
    title: str = ""
    error: str = ""


@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.i.ii/tls", "6.i.ii/devices", "SC-8/systems", "SC-13/suites")
class TusDems:
    """The DEMS of this account; safe for several threads, which share its token. `timeout` in seconds covers a whole
    request.

    Raises `InsecureLink` for a context that does not demand TLS 1.2 and a certificate for the DEMS's name."""

    def __init__(self, account: DemsAccount, tls: ssl.SSLContext, timeout: float = 30.0) -> None:
        require_strong(tls, "DEMS")
        self._account, self._tls, self.timeout = account, tls, timeout
        self._base = account.url.rstrip("/")
        self._token, self._token_ends = "", 0.0
        self._token_lock = threading.Lock()

    def acknowledgment(self, reference: str) -> DemsAcknowledgment | None:
        """See Dems. Only a 404 that says so means that there is none: a gateway's own does not."""
        answer = self._call("GET", f"{self._base}/items/{quote(reference, safe='')}")
        if answer.status == 404 and _problem(answer.body).error == "unknown_item":
            return None
        if answer.status == 202:
            raise DemsAway("has received the package, and has not acknowledged it yet")
        if answer.status != 200:
            _raise_for(answer)
        try:
            item = msgspec.json.decode(answer.body, type=_Item)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise DemsAway("sent something that is not an acknowledgment") from None
        if not ITEM.fullmatch(item.id):
            raise DemsAway("gave an item number that is none") from None
        return DemsAcknowledgment(item.id, item.sha256.lower()[:64], item.size, item.case_number[:60])

    def begin(self, package: OutgoingPackage) -> str:
        """See Dems."""
        metadata = {
            "reference": package.reference,
            "filename": package.name,
            "filetype": "application/zip",
            "case_number": package.number,
            "sha256": package.sha256,
            **package.tags,
        }
        pairs = (f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
        headers = {"Upload-Length": str(package.size), "Upload-Metadata": ",".join(pairs)}
        answer = self._call("POST", f"{self._base}/files", headers)
        if answer.status != 201:
            _raise_for(answer)
        location = answer.headers.get("Location", "")
        try:
            upload = str(urljoin(f"{self._base}/files", location))
        except ValueError:
            upload = ""
        if len(upload) > LOCATION_AT_MOST or not self._is_own(upload):
            raise DemsAway(FOREIGN)
        return upload

    def offset(self, upload: str) -> int | None:
        """See Dems. None also where the address is another host's: from before the DEMS's own changed."""
        if not self._is_own(upload):
            return None
        answer = self._call("HEAD", upload)
        if answer.status in (404, 410):
            return None
        if answer.status not in (200, 204):
            _raise_for(answer)
        return _offset_of(answer)

    def append(self, upload: str, offset: int, part: bytes) -> int:
        """See Dems."""
        checksum = base64.b64encode(hashlib.sha256(part).digest()).decode()
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {checksum}",
        }
        answer = self._call("PATCH", upload, headers, part)
        if answer.status == 460:
            raise DemsAway("received a damaged part")
        if answer.status != 204:
            _raise_for(answer)
        arrived = _offset_of(answer)
        if arrived != offset + len(part):
            raise DemsAway("did not take the whole part")
        return arrived

    def _is_own(self, url: str) -> bool:
        """Whether this is at the DEMS's own origin, read as the transport reads it."""
        try:
            there, own = httpx.URL(url), httpx.URL(self._base)
        except (httpx.InvalidURL, ValueError):
            return False
        return (there.scheme, there.netloc) == (own.scheme, own.netloc)

    def _call(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> HttpAnswer:
        """With the token; a refused one is asked for again, once. The token and what is sent go to the DEMS itself,
        whatever address it, or a row of the hub, names."""
        if not self._is_own(url):
            raise DemsAway(FOREIGN)
        for attempt in (1, 2):
            token = self._current_token()
            headers = {"Tus-Resumable": "1.0.0", **(headers or {}), "Authorization": f"Bearer {token}"}
            answer = self._ask(method, url, headers, body)
            if answer.status not in (401, 403):
                return answer
            self._forget(token)
            if answer.status == 403 or attempt == 2:
                break
        raise DemsAway(CREDENTIAL.format(status=answer.status))

    def _current_token(self) -> str:
        with self._token_lock:
            if time.monotonic() >= self._token_ends:
                self._token, lasts = self._new_token()
                self._token_ends = time.monotonic() + max(lasts - RENEWED_BEFORE, lasts / 2)
            return self._token

    def _forget(self, token: str) -> None:
        with self._token_lock:
            if self._token == token:
                self._token_ends = 0.0

    @enforces("SC-8/systems")
    def _new_token(self) -> tuple[str, float]:
        """A token, and for how many seconds it is good."""
        account = self._account
        pair = f"{quote_plus(account.client_id)}:{quote_plus(account.secret)}"
        headers = {
            "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = self._ask("POST", account.token_url, headers, b"grant_type=client_credentials")
        if answer.status in (400, 401, 403):
            raise DemsAway(CREDENTIAL.format(status=answer.status))
        if answer.status != 200:
            raise DemsAway(f"gave no token (HTTP {answer.status})")
        try:
            token = msgspec.json.decode(answer.body, type=_Token)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise DemsAway("sent something that is not a token") from None
        if token.token_type.lower() != "bearer" or not TOKEN.fullmatch(token.access_token):
            raise DemsAway("sent a token that cannot be used")
        return token.access_token, min(max(token.expires_in, 0.0), 86_400.0)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        question = HttpQuestion(method, url, headers, body, self._account.secret)
        try:
            return ask("DEMS", question, self._tls, self.timeout, ANSWER_AT_MOST)
        except NoAnswer as no:
            raise DemsAway(str(no)) from None


def _offset_of(answer: HttpAnswer) -> int:
    text = answer.headers.get("Upload-Offset", "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise DemsAway("does not say how much has arrived")
    return int(text)


def _problem(body: bytes) -> _Problem:
    try:
        return msgspec.json.decode(body, type=_Problem)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _Problem()


def _raise_for(answer: HttpAnswer) -> NoReturn:
    """Why a status is no success."""
    if 400 <= answer.status < 500 and answer.status not in PASSING:
        problem = _problem(answer.body)
        reason = problem.detail or problem.error_description or problem.title or problem.error
        said = re.sub(r"[^\x20-\x7e\u00a0-\uffff]+", " ", reason).strip()[:200]
        raise DemsRefused(said or f"HTTP {answer.status}, without a reason")
    if answer.status == 507:
        raise DemsAway("has no space left (HTTP 507)")
    raise DemsAway(f"is not available now (HTTP {answer.status})")
