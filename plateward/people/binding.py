"""What a session is bound to: the browser's own key, made before sign-in (docs/decisions/0063).

1. The sign-in page's script makes a P-256 key that no script can read, and puts the public half in a cookie.
2. The sign-in stores that half, and sets a second cookie, the mark: a number, `step`, under a seal.
3. The open page signs a challenge every minute; the hub answers with the next mark, and accepts the last
   one for as long as requests with it may be in transit.
4. An older mark, or none, means a copy: the session ends. One not renewed needs a proof first.
"""

from base64 import b64decode, urlsafe_b64decode
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from plateward.ground.policy.decision import Decision
from plateward.ground.policy.trace import enforces
from plateward.people.browser_cookies import set_cookie
from plateward.people.models import SignIn
from plateward.people.rules import mark_stands

KEY_COOKIE = "__Host-plateward-key"  # the public half of the key, set by the page's script
MARK_COOKIE = "__Host-plateward-mark"
MAX_PLACES = 8  # addresses from which the key was proved: a car moves between its carrier's addresses
_CURVE, _POINT, _HALF = ec.SECP256R1(), 65, 32  # bytes of an uncompressed point, and of half a signature


def browser_key(request: HttpRequest) -> str:
    """The public key of this browser, or empty if it has none: without scripts there is no key."""
    given = request.COOKIES.get(KEY_COOKIE, "")
    return given if len(given) < 100 and _load_public_key(given) else ""


def _load_public_key(key: str) -> ec.EllipticCurvePublicKey | None:
    try:
        point = urlsafe_b64decode(key + "=" * (-len(key) % 4))
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point) if len(point) == _POINT else None
    except ValueError:
        return None


def _mark_seal(sign_in: SignIn, step: int) -> str:
    return salted_hmac("people.mark", f"{sign_in.token}:{step}", algorithm="sha256").hexdigest()[:40]


def key_challenge(sign_in: SignIn) -> str:
    """What the browser signs for its next mark: different at each step."""
    return salted_hmac(
        "people.challenge", f"{sign_in.token}:{sign_in.step}:{sign_in.step_at}", algorithm="sha256"
    ).hexdigest()


@enforces("6.a.i.2/own", "IA-5.sessions/secret")
def is_signed(sign_in: SignIn, signature: str) -> bool:
    """Whether this is the key's own signature over the challenge: r and s, 32 bytes each, in base64."""
    public = _load_public_key(sign_in.key)
    try:
        raw = b64decode(signature, validate=True)
        if public is None or len(raw) != 2 * _HALF:
            return False
        r, s = int.from_bytes(raw[:_HALF]), int.from_bytes(raw[_HALF:])
        message = f"plateward.session.v1\n{key_challenge(sign_in)}".encode()
        public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def mark_step(request: HttpRequest, sign_in: SignIn) -> int | None:
    """The step of this request's mark, or None without a mark of this sign-in."""
    step, _, seal = request.COOKIES.get(MARK_COOKIE, "").partition(".")
    if not (step.isascii() and step.isdigit() and len(step) < 10):
        return None
    return int(step) if constant_time_compare(seal, _mark_seal(sign_in, int(step))) else None


def set_mark(answer: HttpResponseBase, sign_in: SignIn) -> None:
    value = f"{sign_in.step}.{_mark_seal(sign_in, sign_in.step)}"
    set_cookie(answer, MARK_COOKIE, value)


@enforces("6.a.i.2/own", "IA-5.sessions/secret")
def check_mark(request: HttpRequest, sign_in: SignIn, now: datetime) -> Decision:
    """Whether this request comes from the browser that has the key, as far as its mark tells."""
    step = mark_step(request, sign_in)
    if step == sign_in.step and sign_in.step_seen_at is None:
        SignIn.objects.filter(pk=sign_in.pk, step=step, step_seen_at=None).update(step_seen_at=now)
    return mark_stands(sign_in, step, request.META.get("REMOTE_ADDR", "") in sign_in.places, now)


def renew_mark(request: HttpRequest, sign_in: SignIn, client: str, now: datetime) -> SignIn:
    """The browser has proved its key: issue the next mark, valid from here too. Returns the updated sign-in.

    A mark that never came back was lost in transit: it is issued again, so that no gap grows.
    """
    step = sign_in.step if sign_in.step_seen_at is None else sign_in.step + 1
    address = request.META.get("REMOTE_ADDR", "")
    places = [place for place in sign_in.places if place != address]
    SignIn.objects.filter(pk=sign_in.pk, step=sign_in.step).update(
        step=step,
        step_at=now,
        step_seen_at=sign_in.step_seen_at if step == sign_in.step else None,
        places=[*places, address][-MAX_PLACES:],
        client=client,
    )
    sign_in.refresh_from_db()
    return sign_in
