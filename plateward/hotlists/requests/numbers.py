"""CAD and case numbers: well formed, and known to the agency's CAD, as the settings name it."""

import re
import ssl
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from plateward.links.cad import Answer, Cad
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.vault.authority import Authority

CLAUSE = "6.a.iii"
FORM = re.compile(r"[A-Z0-9][A-Z0-9-]{3,38}[A-Z0-9]")
DIGITS_AT_LEAST = 4


def written(text: str) -> str:
    """A number as CAD writes it: in capitals, without blanks."""
    return re.sub(r"\s+", "", text).upper()


@enforces("6.a.iii")
def well_formed(number: str) -> Decision:
    """Whether this can be a CAD or case number at all, as `written`."""
    wrong = flaw(number)
    if not wrong:
        return Allow()
    return Refusal(
        CLAUSE,
        f"A hot-list entry needs a CAD or case number, and '{number[:40]}' {wrong}.",
        "Give the number of the call for service or of the case, as CAD shows it.",
        field="number",
    )


def flaw(number: str) -> str:
    """Why this, as `written`, can be no CAD or case number, in words that follow it; nothing where it can: letters,
    digits and dashes, four digits among them that are not all the same."""
    digits = re.sub(r"[^0-9]", "", number)
    if not FORM.fullmatch(number):
        return "is not one: it has 5 to 40 letters, digits and dashes"
    if len(digits) < DIGITS_AT_LEAST:
        return f"is not one: it has at least {DIGITS_AT_LEAST} digits"
    if len(set(digits)) == 1:
        return "is a filler, not a number"
    return ""


@lru_cache(maxsize=1)
@enforces("6.a.iii", "6.i.ii")
def cad() -> Cad:
    """The client; TLS 1.2 or higher, CAD must prove who it is, and is shown the credential that the settings name."""
    given = settings.CAD_AUTHORITY
    trusted = Path(given).read_text() if given else Authority.create(settings.RING).certificate_pem
    tls = ssl.create_default_context(cadata=trusted)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.CAD_CERTIFICATE:
        tls.load_cert_chain(*settings.CAD_CERTIFICATE)
    token = settings.CAD_TOKEN_FILE.read_text().strip() if settings.CAD_TOKEN_FILE else ""
    return Cad(settings.CAD_HOST, settings.CAD_PORT, tls, token=token)


def ask_cad(number: str) -> Answer:
    """What CAD says of a number; outside any transaction, since it may take seconds."""
    return cad().look_up(number)
