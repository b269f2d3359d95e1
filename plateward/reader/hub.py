"""The hub as a reader sees it: a few calls over mutual TLS, each signed, each answer bounded."""

import re
import ssl
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.batch import MAX_RECEIPT_BYTES, Batch, Receipt, decode_receipt
from plateward.ground.wire.certificate import (
    MAX_CERTIFICATE_BYTES,
    TRUST_HEADER,
    CertificateRequest,
    SignedCertificate,
    decode_certificate,
)
from plateward.ground.wire.check import CHECK_HEADER, from_header
from plateward.ground.wire.codec import WireError, encode
from plateward.ground.wire.hotlist import (
    MAX_HOTLIST_BYTES,
    SignedDelta,
    SignedHotList,
    decode_delta,
    decode_hotlist,
)
from plateward.ground.wire.officer import (
    MAX_LOGIN_BYTES,
    MAX_REPORT_BYTES,
    LogIn,
    LogInAnswer,
    LogInCode,
    ScreenAnswer,
    ScreenReport,
    TakeCode,
    decode_answer,
    decode_login_answer,
    decode_login_code,
)
from plateward.ground.wire.placement import (
    MAX_PLACEMENT_BYTES,
    PLACEMENT_HEADER,
    SignedPlacement,
    decode_placement,
)
from plateward.ground.wire.request import DELTA_HEADER, FINAL_HEADER, LISTS_HEADER, sign_request
from plateward.reader.errors import BatchRefused, HubAway, HubRefuses, NotMadeYet, NotReady
from plateward.reader.shift import Shift

# TLS's words for a client certificate that it rejects; OpenSSL versions spell it differently.
DENIED = re.compile(
    r"alert[ _](certificate[ _](revoked|expired|unknown)|bad[ _]certificate|unknown[ _]ca)", re.I
)
TIMEOUT = httpx.Timeout(30.0, connect=5.0)
Answer = TypeVar("Answer")


@enforces("6.i.ii/tls", "6.i.ii/devices")
def tls_context(authority_pem: str, certificate: Path, key: Path, password: bytes = b"") -> ssl.SSLContext:
    """TLS 1.2 or later. The hub shows a certificate of the agency's own authority, and gets the reader's; `password`
    opens the reader's key if it is sealed.

    Raises `NotReady` if one of the three is damaged, or if key and certificate do not belong together."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cadata=authority_pem)
        context.load_cert_chain(certificate, key, password)
    except OSError as error:  # SSLError is a subclass
        raise NotReady(
            f"{certificate} and {key} cannot be used, and nothing is sent without them (OPR:50 6.i.ii): "
            f"{_error_text(error)}. Restore the key from its backup, and accept the hub's grant again."
        ) from error
    return context


class Hub:
    """`url` is https://host:port; `name` is the reader's enrolled name; `context`: TLS as it is at this time. For one
    thread; but what a screen asks, and nothing else, may come from several."""

    def __init__(
        self,
        url: str,
        name: str,
        key: Ed25519PrivateKey,
        context: Callable[[], ssl.SSLContext],
        timeout: httpx.Timeout = TIMEOUT,
        shift: Shift | None = None,
    ) -> None:
        self._name, self._key = name, key
        self._shift = shift or Shift()
        self.placement_version = ""  # that counts now, by its last answer about the hot list
        self.trust_version = ""  # of the authorities that the hub trusts now, by the same answer
        self._url, self._timeout, self._context = url, timeout, context
        self._clients: dict[
            ssl.SSLContext, httpx.Client
        ] = {}  # an earlier one may still be at work for a screen

    def send(self, batch: Batch) -> Receipt:
        """Deliver reads. Raises `HubAway`, or `BatchRefused` if sending the same again cannot help."""
        status, content = self._call("POST", "/v1/batches", encode(batch), MAX_RECEIPT_BYTES)
        if status in (400, 413, 422):
            raise BatchRefused(_error_of(content))
        receipt = _decoded("The hub's receipt", decode_receipt, status, content)
        if receipt.batch != batch.id:
            raise HubAway("The hub sent the receipt of another batch.")
        return receipt

    def hotlist(
        self, have: str | None, lists: Collection[int] = (), coming: Callable[[], None] = lambda: None
    ) -> SignedHotList | SignedDelta | None:
        """The current hot list, or the change since version `have` of these `lists`, or None if that version is
        current. Calls `coming` when the hub begins to send a list, which may take a while. Raises `HubAway`, or
        `NotMadeYet`: ask again in a second."""
        at_hand = {"If-None-Match": f'"{have}"', LISTS_HEADER: ",".join(map(str, lists))} if have else {}
        changed = False

        def begun(answer: httpx.Response) -> None:
            nonlocal changed
            changed = DELTA_HEADER in answer.headers
            self._shift.receive(from_header(answer.headers.get(CHECK_HEADER)))
            self.placement_version = answer.headers.get(PLACEMENT_HEADER, self.placement_version)
            self.trust_version = answer.headers.get(TRUST_HEADER, "")
            if answer.status_code == 200:
                coming()

        status, content = self._call("GET", "/v1/hotlist", b"", MAX_HOTLIST_BYTES, at_hand, begun)
        if status == 304:
            return None
        if status == 202:
            raise NotMadeYet("The hub is building the hot list.")
        if changed:
            return _decoded("The hub's hot list", decode_delta, status, content)
        return _decoded("The hub's hot list", decode_hotlist, status, content)

    def placement(self) -> SignedPlacement:
        """Where this reader may record. Raises `HubAway`."""
        status, content = self._call("GET", "/v1/placement", b"", MAX_PLACEMENT_BYTES + 1024)
        return _decoded("Where this reader may record", decode_placement, status, content)

    @enforces("6.i.i/rotation")
    def certificate(self, asked: CertificateRequest) -> SignedCertificate:
        """A new certificate for this reader. Raises `HubAway`."""
        status, content = self._call("POST", "/v1/certificate", encode(asked), MAX_CERTIFICATE_BYTES + 1024)
        return _decoded("The new certificate", decode_certificate, status, content)

    @enforces("6.e.i/vehicle")
    def log_in(self, typed: LogIn) -> LogInAnswer:
        """Have the hub check what somebody typed at the screen. Raises `HubAway`."""
        status, content = self._call("POST", "/v1/login", encode(typed), MAX_LOGIN_BYTES)
        return _decoded("The hub's answer", decode_login_answer, status, content)

    def ask_code(self) -> LogInCode:
        """The code by which somebody may log in here from the hub's pages. Raises `HubAway`."""
        status, content = self._call("POST", "/v1/login/code", b"", MAX_LOGIN_BYTES)
        return _decoded("The hub's log-in code", decode_login_code, status, content)

    def take_code(self, code: str) -> LogInAnswer:
        """Who confirmed it, if somebody has. Raises `HubAway`."""
        status, content = self._call("POST", "/v1/login/code/taken", encode(TakeCode(code)), MAX_LOGIN_BYTES)
        return _decoded("The hub's answer", decode_login_answer, status, content)

    def report(self, report: ScreenReport) -> ScreenAnswer:
        """Deliver what happened at the screen. Raises `HubAway`."""
        status, content = self._call("POST", "/v1/screen", encode(report), MAX_REPORT_BYTES)
        return _decoded("The hub's answer", decode_answer, status, content)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def _client(self) -> httpx.Client:
        context = self._context()
        if context not in self._clients:
            self._clients[context] = httpx.Client(
                base_url=self._url, verify=context, timeout=self._timeout, trust_env=False
            )
        return self._clients[context]

    def _call(
        self,
        method: str,
        path: str,
        body: bytes,
        most: int,
        extra: Mapping[str, str] | None = None,
        begun: Callable[[httpx.Response], None] = lambda _: None,
    ) -> tuple[int, bytes]:
        headers = sign_request(self._key, self._name, method, path, body, clock.now())
        headers |= {"Accept-Encoding": "identity", **(extra or {})}
        try:
            with self._client().stream(method, path, content=body, headers=headers) as answer:
                begun(answer)
                content = bytearray()
                for part in answer.iter_raw():
                    content += part
                    if len(content) > most:
                        raise HubAway("The hub's response is too long.")
                if answer.status_code in (401, 403):
                    message = (
                        f"The hub refuses this reader: {_error_of(bytes(content))} Contact its administrator."
                    )
                    raise HubRefuses(message, final=FINAL_HEADER in answer.headers)
                return answer.status_code, bytes(content)
        except (httpx.HTTPError, ssl.SSLError, OSError) as error:
            if denied := DENIED.search(str(error)):
                problem = denied[1].replace("_", " ").lower()
                raise HubRefuses(
                    f"The hub refuses this reader's certificate ({problem}). Contact the hub's administrator.",
                    final=True,
                ) from error
            raise HubAway(
                f"The hub {httpx.URL(self._url).host} cannot be reached: {_error_text(error)}."
            ) from error


def _decoded(what: str, decode: Callable[[bytes], Answer], status: int, content: bytes) -> Answer:
    """What the hub sent, if it answered with it. Raises `HubAway`."""
    match status:
        case 200:
            pass
        case 507:
            raise HubAway(_error_of(content))
        case 503:
            raise HubAway("The hub is busy.")
        case _:
            raise HubAway(f"The hub failed with status {status}: {_error_of(content)}")
    try:
        return decode(content)
    except WireError as error:
        raise HubAway(f"{what} cannot be read. {error}") from error


def _error_of(content: bytes) -> str:
    try:
        answer = msgspec.msgpack.decode(content, type=dict[str, str])
    except msgspec.DecodeError:
        return "it gave no reason."
    return answer.get("error", "it gave no reason.")[:500]


def _error_text(error: Exception) -> str:
    """The error in words: httpx leaves a time-out's text empty."""
    return (
        "no response in time"
        if isinstance(error, httpx.TimeoutException)
        else str(error) or type(error).__name__
    )
