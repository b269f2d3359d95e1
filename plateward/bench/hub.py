"""What benchmarks of a whole hub share: its nodes as `plateward serve` starts them, people who are signed in, and
readers that were enrolled as a technician does, which send signed reads over mutual TLS."""

import io
import os
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from plateward.demo.processes import Processes
    from plateward.people.models import Person
    from plateward.reader.home import Enrollment, Home
    from plateward.reader.hub import Hub
    from plateward.testing.roadside import Photo, Roadside

PATIENCE_S = 15.0


@dataclass(frozen=True)
class HubNode:
    """The ports of a node."""

    people: int
    devices: int

    @property
    def env(self) -> dict[str, str]:
        """Its process's environment."""
        return {"PLATEWARD_PORT": str(self.people), "PLATEWARD_DEVICE_PORT": str(self.devices)}

    @property
    def url(self) -> str:
        return f"https://localhost:{self.people}/"

    @property
    def readers(self) -> str:
        return f"https://localhost:{self.devices}"


def free_nodes(count: int) -> list[HubNode]:
    """Nodes on free ports; this process itself counts as the first. Before `prepare_hub`."""
    from plateward.demo.processes import free_port

    nodes = [HubNode(free_port(0), free_port(0)) for _ in range(count)]
    os.environ |= {"PLATEWARD_HOSTS": "localhost,127.0.0.1"} | nodes[0].env
    return nodes


def prepare_hub() -> Path:
    """An empty hub of this process; returns the folder around its home."""
    from plateward.core.db.setup import setup

    setup(migrated=False)
    from django.conf import settings

    from plateward.serve.hub import prepare

    prepare()
    folder: Path = settings.HOME.parent
    return folder


@contextmanager
def running(folder: Path, nodes: Sequence[HubNode]) -> Iterator["Processes"]:
    """Raises PlatewardError if a node does not start."""
    from plateward.demo.processes import Processes

    with Processes(folder / "logs") as processes:
        for number, node in enumerate(nodes):
            processes.start(f"node-{number}", "plateward", "serve", env=node.env)
            processes.await_line(f"node-{number}", "People: ")
        yield processes


def sign_in(person: "Person") -> str:
    """A session of this person, second factor included; returns its cookie."""
    from django.conf import settings

    from plateward.people.testing import signed_in

    return f"{settings.SESSION_COOKIE_NAME}={signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value}"


def authority_pem() -> str:
    """The certificate of the hub's authority."""
    from django.conf import settings

    from plateward.ground.vault.authority import Authority

    return Authority.open(settings.RING).certificate_pem


@contextmanager
def browser(node: HubNode, cookie: str) -> Iterator["httpx.Client"]:
    """A client that sends requests like a browser with this session."""
    import httpx

    trusted, headers = ssl.create_default_context(cadata=authority_pem()), {"Cookie": cookie}
    with httpx.Client(
        base_url=node.url, verify=trusted, trust_env=False, headers=headers, timeout=PATIENCE_S
    ) as client:
        yield client


def line_of(home: "Home", url: str = "") -> tuple["Hub", "Enrollment", "Ed25519PrivateKey"]:
    """An enrolled reader's line to the hub, or to what else answers at `url`; its enrollment, and the key that it signs
    with."""
    from plateward.reader.hub import Hub, tls_context

    ring, enrollment = home.open()
    key = ring.signing("reader")
    trusted = tls_context(enrollment.authority_pem, home.certificate, home.tls_key)
    return Hub(url or enrollment.hub, enrollment.name, key, lambda: trusted), enrollment, key


@contextmanager
def on_the_road(place: Path, url: str = "") -> Iterator[tuple["Roadside", "Hub"]]:
    """An enrolled reader, and its line to the hub."""
    from plateward.reader.home import Home
    from plateward.testing.roadside import Roadside

    hub, enrollment, key = line_of(Home(place), url)
    try:
        yield Roadside(enrollment.name, enrollment.camera, key), hub
    finally:
        hub.close()


def pictures() -> tuple[bytes, bytes]:
    """A noisy context and plate, as large as a reader's: about 60 kB at 1280 x 720, 8 kB at 280 x 140."""
    return _jpeg(1280, 720, 22), _jpeg(280, 140, 60)


def _jpeg(width: int, height: int, quality: int) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.effect_noise((width, height), 30).save(file, "JPEG", quality=quality)
    return file.getvalue()


def photo(roadside: "Roadside", plate: str, context: bytes, crop: bytes) -> "Photo":
    """A read of this plate, and its pictures."""
    from plateward.testing.roadside import Photo

    read = roadside.photo(
        plate, context_sha256=sha256(context).hexdigest(), plate_sha256=sha256(crop).hexdigest()
    ).read
    return Photo(read, context, crop)
