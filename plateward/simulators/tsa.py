"""A timestamp authority (RFC 3161) over HTTP: OpenSSL's own, with an authority and a certificate made on the spot.

    python -m plateward.simulators.tsa --port 8454 --folder tsa

It answers at http://127.0.0.1:8454/tsa until SIGTERM or Ctrl-C. `folder` has its keys: an empty one gets new ones, and
`ca.pem` there is the certificate by which its timestamps are checked. It needs the `openssl` command.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plateward.simulators.running import PlainServer, command_parser, run

MAX_QUERY_BYTES = 4096
YEAR = timedelta(days=365)
CONFIG = """[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class TsaMode(StrEnum):
    """How it answers. OTHER: with a timestamp that somebody else asked for."""

    NORMAL = "normal"
    DOWN = "down"
    SILENT = "silent"
    REFUSING = "refusing"
    NONSENSE = "nonsense"
    OTHER = "other"


class TsaSimulator(PlainServer):
    """`folder` has its keys: see `make_authority`."""

    def __init__(
        self, folder: Path, mode: TsaMode = TsaMode.NORMAL, port: int = 0, host: str = "127.0.0.1"
    ) -> None:
        self.folder, self.mode = folder, mode
        self.asked: list[bytes] = []
        self._lock = Lock()  # of the serial's file
        super().__init__((host, port), _Conversation)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/tsa"

    @property
    def authority(self) -> Path:
        """The certificate to trust."""
        return self.folder / "ca.pem"

    def reply(self, query: bytes) -> bytes:
        """OpenSSL's response to a query."""
        with self._lock, TemporaryDirectory() as folder:
            asked, answered = Path(folder, "query.tsq"), Path(folder, "reply.tsr")
            asked.write_bytes(query)
            line = [
                "openssl",
                "ts",
                "-reply",
                "-config",
                "tsa.cnf",
                "-queryfile",
                str(asked),
                "-out",
                str(answered),
            ]
            subprocess.run(line, cwd=self.folder, check=True, capture_output=True)
            return answered.read_bytes()

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that went away."""


class _Conversation(BaseHTTPRequestHandler):
    server: TsaSimulator

    def do_POST(self) -> None:
        query = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MAX_QUERY_BYTES))
        self.server.asked.append(query)
        match self.server.mode:
            case TsaMode.DOWN:
                self.connection.close()
                return
            case TsaMode.SILENT:
                self.server.stopping.wait()
                return
            case TsaMode.REFUSING:
                answer = self.server.reply(b"not a query")
            case TsaMode.NONSENSE:
                answer = b"<html>Welcome to the hotel's network</html>"
            case TsaMode.OTHER:
                answer = self.server.reply(self.server.asked[0])
            case _:
                answer = self.server.reply(query)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing on stderr."""


def make_authority(folder: Path, *, ended: timedelta = -YEAR) -> None:
    """The files of an authority in this folder. `ended`: how long ago its timestamp certificate expired."""
    now = datetime.now(UTC)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name, name = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        for text in ("Simulated timestamp root", "Simulated timestamp authority")
    )
    ca = (
        _certificate(ca_name, ca_name, ca_key.public_key(), now - 3 * YEAR, now + 3 * YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ca_key, SHA256())
    )
    own = (
        _certificate(name, ca_name, key.public_key(), now - 2 * YEAR, now - ended)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(ca_key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    files = {
        "ca.pem": ca.public_bytes(Encoding.PEM),
        "tsa.pem": own.public_bytes(Encoding.PEM),
        "tsa.key": secret,
        "serial": b"01",
        "tsa.cnf": CONFIG.encode(),
    }
    for file, content in files.items():
        (folder / file).write_bytes(content)


def _certificate(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


@contextmanager
def tsa(mode: TsaMode = TsaMode.NORMAL, *, ended: timedelta = -YEAR) -> Iterator[TsaSimulator]:
    """An authority of its own, for as long as the block runs."""
    with TemporaryDirectory() as folder:
        make_authority(Path(folder), ended=ended)
        with TsaSimulator(Path(folder), mode) as running:
            yield running


def main() -> None:
    parser = command_parser("plateward.simulators.tsa", "timestamp authority", TsaMode, tls=False)
    parser.add_argument("--folder", type=Path, required=True, help="its keys; an empty one gets new ones")
    options = parser.parse_args()

    def start() -> TsaSimulator:
        if shutil.which("openssl") is None:
            raise FileNotFoundError("the command openssl is not installed")
        options.folder.mkdir(parents=True, exist_ok=True)
        if not any(options.folder.iterdir()):
            make_authority(options.folder)
        return TsaSimulator(options.folder, options.mode, options.port, options.host)

    run("TSA", options, start)


if __name__ == "__main__":
    main()
