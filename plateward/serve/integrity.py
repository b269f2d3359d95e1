"""The checks of the key ring, certificates, the hub's own listeners as others see them, links to outside systems."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.db import connection

from plateward.core.db.encryption import require_encryption_at_rest, require_encryption_in_transit
from plateward.core.db.sqlcipher.base import hex_key
from plateward.core.db.sqlcipher.soundness import damaged_pages
from plateward.core.jobs.check import Check, Fault, Group, RoundStep, faults_raised, whole
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.certificates import PEM_ERRORS
from plateward.ground.vault.files import private_directory, read_private
from plateward.serve.agency_certificate import require_usable
from plateward.serve.certificate import public_hosts
from plateward.serve.handshakes import link_problem, listener_problems

# Before a certificate expires: the hub renews its own earlier, so then renewal fails.
HUB_WARNING, AGENCY_WARNING, OTHER_WARNING = timedelta(days=20), timedelta(days=30), timedelta(days=60)
PAGES = 1000  # of a step, which takes some hundredths of a second


@enforces("6.b.i.3/integrity", "6.i.i/keys", "SC-28/ring")
def check_keys() -> tuple[int, list[Fault]]:
    """The ring is unchanged and the data's own, apart from the data; nobody else can read a file beside it."""
    ring = settings.RING
    files = sorted(file for file in ring.path.iterdir() if file.is_file() and not file.name.startswith("."))
    faults = list(faults_raised("key ring", ring.require_unchanged, lambda: ring.check(settings.DATA)))
    faults += faults_raised(str(ring.path), lambda: private_directory(ring.path))
    for file in files:
        faults += faults_raised(file.name, partial(read_private, file))
    return len(files), faults


@enforces("6.b.i.3/integrity", "6.i.ii/devices")
def check_certificates(*, ahead: bool = True) -> tuple[int, list[Fault]]:
    """The hub's own, its authority, and those that a site gave for its links: whole, signed, of their key, in time.
    `ahead`: what ends soon is a fault, too."""
    folder, hub, other = settings.RING.path, HUB_WARNING * ahead, OTHER_WARNING * ahead
    own = {
        "certificate authority": _problems_of_authority(other),
        "hub certificate": _problems_of_pair(folder / "hub.crt", folder / "hub.key", hub),
        "authority.crt": _problems_of(folder / "authority.crt", other),
    }
    given = {
        file.name: _problems_of(file, other, signed=False)
        for file in map(Path, filter(None, (*_authorities(), *(settings.CAD_CERTIFICATE or ())[:1])))
    }
    if settings.CERTIFICATE:
        shown, key = settings.CERTIFICATE
        unusable = faults_raised(shown.name, lambda: require_usable(shown, key, public_hosts()))
        problems_of_shown = [fault.problem for fault in unusable]
        given[shown.name] = iter(
            problems_of_shown or _problems_of(shown, AGENCY_WARNING * ahead, signed=False)
        )
    every = own | given
    return len(every), [
        Fault(name, " ".join(problems)) for name, texts in every.items() if (problems := list(texts))
    ]


def _authorities() -> tuple[str | Path | None, ...]:
    return (
        settings.NCIC_AUTHORITY, settings.FMCSA_AUTHORITY, settings.CAD_AUTHORITY, settings.SYSLOG_AUTHORITY,
        settings.WITNESS_AUTHORITY,
    )  # fmt: skip


def _problems_of_authority(warning: timedelta) -> Iterator[str]:
    try:
        current = Authority.open(settings.RING).certificate
    except (OSError, PlatewardError) as error:
        yield str(error)
        return
    yield from _problems_of_end(current.not_valid_after_utc, warning)


def _problems_of_pair(certificate: Path, key: Path, warning: timedelta) -> Iterator[str]:
    yield from _problems_of(certificate, warning)
    try:
        public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
        if load_pem_private_key(read_private(key), None).public_key() != public:
            raise InvalidSignature
    except (OSError, PlatewardError, InvalidSignature, *PEM_ERRORS):
        yield "Its private key is missing, altered, or another certificate's."


def _problems_of(file: Path, warning: timedelta, *, signed: bool = True) -> Iterator[str]:
    """What is wrong with the certificates in a file. `signed`: an authority of this agency must have signed them."""
    try:
        certificates = x509.load_pem_x509_certificates(file.read_bytes())
        issuers = Authority.kept(settings.RING) if signed else ()
        if signed and not all(any(each.issued(one) for each in issuers) for one in certificates):
            raise InvalidSignature
    except (OSError, PlatewardError, InvalidSignature, *PEM_ERRORS):
        yield "It is missing, altered, or not signed by this agency's authority."
        return
    yield from _problems_of_end(min(one.not_valid_after_utc for one in certificates), warning)


def _problems_of_end(ends: datetime, warning: timedelta) -> Iterator[str]:
    if ends <= clock.now():
        yield f"It expired on {clock.format_day(ends)}."
    elif ends - clock.now() < warning:
        yield f"It expires on {clock.format_day(ends)}, in {clock.format_span(ends - clock.now())}."


@enforces("6.b.i.3/integrity", "6.i.ii/tls", "6.i.ii/devices", "SC-8/people", "SC-8/systems", "SC-13/suites")
def _check_listeners() -> tuple[int, list[Fault]]:
    trusted, own = ((settings.RING.path / name).read_text() for name in ("authority.crt", "hub.crt"))
    agency = settings.CERTIFICATE[0].read_text() if settings.CERTIFICATE else None
    listeners = {
        "people": (settings.PEOPLE_PORT, *((agency, agency) if agency else (trusted, own))),
        "devices": (settings.DEVICE_PORT, trusted, own),
    }
    hosts = public_hosts() or settings.ALLOWED_HOSTS
    return len(listeners), [
        Fault(f"listener for {name}", problem)
        for name, listener in listeners.items()
        for problem in listener_problems(hosts, *listener, devices=name == "devices")
    ]


@enforces("6.b.i.3/integrity", "6.i.ii/tls", "6.i.ii/devices", "SC-8/systems")
def _check_links() -> tuple[int, list[Fault]]:
    """Each outside system that answers proves its name, over TLS 1.2 or higher with AES."""
    agency = settings.RING.path / "authority.crt"
    links: dict[str, tuple[str, int, Path | str | None]] = {
        "NCIC switch": (settings.NCIC_HOST, settings.NCIC_PORT, settings.NCIC_AUTHORITY or agency),
        "CAD": (settings.CAD_HOST, settings.CAD_PORT, settings.CAD_AUTHORITY or agency),
    }
    if settings.FMCSA_KEY_FILE:
        links["FMCSA"] = (settings.FMCSA_HOST, settings.FMCSA_PORT, settings.FMCSA_AUTHORITY)
    if settings.SYSLOG:
        links["syslog server"] = (*settings.SYSLOG, settings.SYSLOG_AUTHORITY)
    certificates = {"CAD": settings.CAD_CERTIFICATE}
    problems = {name: link_problem(*where, certificates.get(name)) for name, where in links.items()}
    return len(links), [Fault(name, problem) for name, problem in problems.items() if problem]


@enforces("6.b.i.3/integrity", "6.i.i/aes", "6.i.ii/tls")
def _check_database() -> tuple[int, list[Fault]]:
    """As at start: it is encrypted, at rest and on its way."""
    return 1, list(faults_raised("hub database", require_encryption_at_rest, require_encryption_in_transit))


@enforces("6.b.i.3/integrity", "6.j.i/proven", "AU-9/found")
def _check_pages(at: str) -> Iterator[RoundStep]:
    """Every page of the hub's SQLCipher file is its own; PostgreSQL's are its server's."""
    if connection.vendor != "sqlite":
        yield RoundStep(0)
        return
    file, first = Path(connection.settings_dict["NAME"]), int(at or 1)
    key = bytes.fromhex(hex_key(connection.settings_dict["OPTIONS"]["key"]))
    while True:
        checked, damaged = damaged_pages(file, key, first, PAGES)
        faults = [Fault(f"page {page:,}", "It was altered or cut.", at=str(page)) for page in damaged]
        following = first + PAGES if checked == PAGES else 0
        yield RoundStep(checked, faults, str(following or ""))
        if not following:
            return
        first = following


CHECKS = (
    Check(
        "serve.key_ring", Group.KEYS, "Key ring", "files", "6.i.i",
        "Set the files to mode 600 and the folder to 700, or restore the ring from its own backup.",
        whole(check_keys), local=True,
    ),
    Check(
        "serve.certificates", Group.CONNECTIONS, "Certificates", "certificates", "6.i.ii",
        "Have the owner issue a new one. The hub renews its own: restart it, and look at its log.",
        whole(check_certificates), local=True,
    ),
    Check(
        "serve.listeners", Group.CONNECTIONS, "The hub's own listeners", "listeners", "6.i.ii",
        "Restart the hub. If it stays, look for what else listens on this port or sits in between.",
        whole(_check_listeners), local=True,
    ),
    Check(
        "serve.links", Group.CONNECTIONS, "Links to outside systems", "links", "6.i.ii",
        "Call the operator of the outside system. Until then nothing is sent there.",
        whole(_check_links),
    ),
    Check(
        "serve.database", Group.STORED, "The hub's database", "databases", "6.i.i",
        "Restore the database from a backup. If no disk failed, report a breach.",
        whole(_check_database),
    ),
    Check(
        "serve.pages", Group.STORED, "Pages of the hub's database", "pages", "6.j.i",
        "Restore the database from a backup. If no disk failed, report a breach.",
        _check_pages, every=timedelta(days=1), rolls=True,
    ),
)  # fmt: skip
