"""How a reader joins the hub: it makes its keys here, sends a request, and accepts the hub's grant."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import PEM_ERRORS
from plateward.ground.vault.files import private_directory, replace_file, write_once
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.locks import AskPassphrase
from plateward.ground.vault.passphrase import default_passphrase, passphrase_source
from plateward.ground.wire.enrollment import EnrollmentGrant, EnrollmentRequest
from plateward.reader.errors import NotReady
from plateward.reader.home import Enrollment, Home, explain_disk_errors, load_tls_key, tls_key_pem

app = typer.Typer(
    help="At the reader: request enrollment, then accept the hub's grant.\n\n"
    'Example: plateward enroll request --home reader --name unit-12 --camera "Unit 12 front"',
    no_args_is_help=True,
    add_completion=False,
)

HomeOption = Annotated[
    Path, typer.Option(help="The reader's directory.", envvar="PLATEWARD_READER_HOME", show_default=False)
]
PassphraseOption = Annotated[
    int | None,
    typer.Option(
        "--passphrase-fd",
        metavar="N",
        help="Read the passphrase, or the HSM's PIN, of a sealed key ring from the first line of this open file.",
        show_default="asked for",
    ),
]


@app.command("request")
def request_command(
    home: HomeOption,
    name: Annotated[str, typer.Option(help="The reader's name at the hub, such as unit-12.")],
    camera: Annotated[str, typer.Option(help="The camera's name, such as 'Unit 12 front'.")],
    passphrase: PassphraseOption = None,
) -> None:
    """Create this reader's keys and an enrollment request for the hub. The private keys stay here.

    Example: plateward enroll request --home /var/lib/plateward-reader --name unit-12 --camera "Unit 12 front"
    """
    place = Home(home.absolute())
    with explain_disk_errors(place.path):
        make_request(place, name, camera, passphrase_source(passphrase))
    typer.echo(f"Wrote {place.request}. Take it to the hub: plateward fleet grant request.json > grant.json")


@app.command("accept")
def accept_command(
    grant: Annotated[Path, typer.Argument(help="The hub administrator's grant for the request.")],
    home: HomeOption,
    passphrase: PassphraseOption = None,
) -> None:
    """Store the hub's grant: certificate, authority, address, and the key that signs its hot lists.

    Example: plateward enroll accept grant.json --home /var/lib/plateward-reader
    """
    place = Home(home.absolute())
    with explain_disk_errors(place.path):
        enrollment = accept_grant(place, grant, passphrase_source(passphrase))
    typer.echo(
        f"This reader is enrolled at {enrollment.hub} as {enrollment.name}, camera {enrollment.camera}."
    )


@enforces("6.i.i/keys", "6.i.ii/devices")
def make_request(
    home: Home, name: str, camera: str, ask: AskPassphrase = default_passphrase
) -> EnrollmentRequest:
    """Keeps existing keys, so that a second request does no harm."""
    private_directory(home.path)
    ring = KeyRing.first_start(home.keys, home.data, ask)
    write_once(home.tls_key, tls_key_pem(ec.generate_private_key(ec.SECP256R1()), ring))
    request = EnrollmentRequest(
        name=name,
        camera=camera,
        public_key=ring.signing("reader").public_key().public_bytes_raw(),
        csr_pem=signing_request(home, ring),
    )
    content = msgspec.json.format(msgspec.json.encode(request))
    try:
        msgspec.json.decode(content, type=EnrollmentRequest)
    except msgspec.DecodeError as error:
        raise NotReady(f"The hub would refuse this request: {error}. Choose another name.") from error
    replace_file(home.request, content)
    return request


def signing_request(home: Home, ring: KeyRing) -> str:
    """PKCS#10 (PEM) for the reader's TLS key; the hub gives the name."""
    csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return csr.sign(load_tls_key(home.tls_key, ring), SHA256()).public_bytes(Encoding.PEM).decode()


@enforces("6.i.ii/devices")
def accept_grant(home: Home, file: Path, ask: AskPassphrase = default_passphrase) -> Enrollment:
    """Accept a grant if it answers this reader's request. Raises `NotReady`."""
    try:
        request = msgspec.json.decode(home.request.read_bytes(), type=EnrollmentRequest)
    except (OSError, msgspec.DecodeError) as error:
        raise NotReady(
            f"{home.request} cannot be read: run 'plateward enroll request' here first."
        ) from error
    try:
        grant = msgspec.json.decode(file.read_bytes(), type=EnrollmentGrant)
        certificate = x509.load_pem_x509_certificate(grant.certificate_pem.encode())
        authority = x509.load_pem_x509_certificate(grant.authority_pem.encode())
        certificate.verify_directly_issued_by(authority)
        granted = certificate.public_key()
    except OSError as error:
        raise NotReady(f"The grant {file} cannot be read: {error.strerror}.") from error
    except (*PEM_ERRORS, InvalidSignature) as error:  # msgspec's own errors are ValueErrors
        raise NotReady(f"{file} is not a hub's grant, or is damaged: request it again. ({error})") from error
    own = load_tls_key(home.tls_key, home.ring(ask)).public_key()
    if grant.name != request.name or granted != own:
        raise NotReady(f"{file} is the grant for another reader or request; this one is {request.name}.")
    if grant.camera != request.camera:
        raise NotReady(
            f"The hub granted {grant.name} the camera '{grant.camera}' and would reject every read of "
            f"'{request.camera}', requested later: run 'plateward enroll request' again with --camera "
            f"'{grant.camera}' and then accept, or request another name."
        )
    enrollment = Enrollment(grant.name, grant.camera, grant.hub, grant.authority_pem, grant.hotlist_key)
    replace_file(home.certificate, grant.certificate_pem.encode())
    replace_file(home.enrollment, msgspec.json.format(msgspec.json.encode(enrollment)))
    return enrollment
