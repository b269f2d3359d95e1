"""Cameras on the network: in clear on the reader's own link alone, otherwise by TLS with a known certificate."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from plateward.reader.camera import Camera
from plateward.reader.camera_link import CameraLink
from plateward.reader.errors import SourceError
from plateward.reader.tests.stand_ins import Agency
from plateward.reader.tests.streams import Stream
from plateward.testing.waiting import wait_until

pytestmark = pytest.mark.clause("6.i.ii/cameras", "SC-8/cameras")


class SafeCamera:
    """A camera that shows the certificate of an authority for the name `localhost`."""

    def __init__(self, agency: Agency, *parts: str, newest: ssl.TLSVersion | None = None) -> None:
        certificate, key = agency.authority.issue_server(["localhost"])
        pem = agency.directory / "camera.pem"
        pem.write_text(key + certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        if newest:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = newest
        self.stream = Stream("probe", *parts, tls=context)
        self.port = self.stream.port
        self.fingerprint = "sha256:" + sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
        self.authority = str(agency.directory / "authority.pem")
        Path(self.authority).write_text(agency.authority.certificate_pem)

    def url(self, host: str = "localhost") -> str:
        return f"https://ada:secret@{host}:{self.port}/video"


@pytest.fixture
def safe(agency: Agency) -> Iterator[SafeCamera]:
    camera = SafeCamera(agency, "live")
    yield camera
    camera.stream.stop()


def opened(source: str, output: list[str], own: str = "", certificate: str = "") -> Camera:
    return Camera(source, 0, threading.Event(), output.append, CameraLink(own, certificate))


def sees(camera: Camera) -> bool:
    with closing(camera.frames()) as frames:
        return any(frame is not None for frame in frames)


@pytest.mark.parametrize("how", ["authority", "fingerprint"])
def test_pictures_come_by_tls_with_a_known_or_a_pinned_certificate(
    safe: SafeCamera, output: list[str], how: str
) -> None:
    camera = opened(
        safe.url("localhost" if how == "authority" else "127.0.0.1"), output, certificate=getattr(safe, how)
    )
    assert sees(camera)
    assert camera.link == f"https, TLS, {'known' if how == 'authority' else 'pinned'} certificate"


@pytest.mark.parametrize(
    ("host", "certificate", "why"),
    [
        ("localhost", "", "a certificate that nobody vouches for"),
        ("127.0.0.1", "authority", "a certificate that nobody vouches for (IP address mismatch"),
        ("localhost", "sha256:" + "00" * 32, "another certificate than the pinned one"),
    ],
)
def test_a_certificate_that_is_neither_is_refused_with_the_clause_and_what_to_do(
    safe: SafeCamera, output: list[str], host: str, certificate: str, why: str
) -> None:
    known = safe.authority if certificate == "authority" else certificate
    with pytest.raises(SourceError) as refused:
        opened(safe.url(host), output, certificate=known)
    said = str(refused.value)
    assert why in said
    assert "(OPR:50 6.i.ii, CJIS SC-8)" in said
    assert f"It shows {safe.fingerprint}." in said
    assert "give --camera-certificate" in said
    assert "secret" not in said


def test_tls_before_1_2_is_refused(agency: Agency, output: list[str]) -> None:
    old = SafeCamera(agency, "live", newest=ssl.TLSVersion.TLSv1_1)
    with pytest.raises(SourceError, match=r"does not speak TLS 1.2 or later .*6\.i\.ii"):
        opened(old.url(), output, certificate=old.fingerprint)
    old.stream.stop()


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_in_clear_a_camera_is_refused_unless_the_readers_own_link_is_named(
    output: list[str], scheme: str
) -> None:
    with pytest.raises(SourceError, match=r"sends in clear.*6\.i\.ii, CJIS SC-8\).*--camera-link"):
        opened(f"{scheme}://203.0.113.7/video", output)


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ("eth77", "neither an interface of this machine nor an address"),
        ("203.0.113.7", "on no link of the reader's own"),  # behind a router
    ],
)
def test_no_other_link_will_do(output: list[str], own: str, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        opened("http://203.0.113.7/video", output, own)


@pytest.mark.parametrize("own", ["lo", "127.0.0.1", ""])
def test_on_the_readers_own_link_pictures_come_in_clear(output: list[str], own: str) -> None:
    stream = Stream("live")
    camera = opened(stream.url, output, own)
    assert sees(camera)
    assert camera.link == (
        "http in clear, on the reader's own link " + own if own else "http, on this machine"
    )
    stream.stop()


def test_the_address_that_is_named_is_the_cameras(output: list[str]) -> None:
    stream = Stream("live")
    with pytest.raises(SourceError, match=r"is not at 127\.0\.0\.9, the address of --camera-link"):
        opened(stream.url, output, "127.0.0.9")
    stream.stop()


def test_a_redirect_to_elsewhere_is_not_followed(output: list[str]) -> None:
    elsewhere, stream = Stream("live"), Stream("redirect")
    stream.target = elsewhere.url
    with pytest.raises(
        SourceError, match=r"redirects to another address, which is not followed \(OPR:50 6\.i\.ii"
    ):
        opened(stream.url, output, "lo")
    assert elsewhere.connections == []
    stream.stop()
    elsewhere.stop()


@pytest.mark.parametrize("certificate", ["sha256:12", "sha256:" + "xy" * 32, "/nowhere/authority.pem"])
def test_a_certificate_option_that_is_none_is_refused(output: list[str], certificate: str) -> None:
    with pytest.raises(SourceError, match="--camera-certificate"):
        opened("https://localhost/video", output, certificate=certificate)


def test_a_playlist_that_names_another_address_is_not_played(output: list[str]) -> None:
    elsewhere, stream = Stream("live"), Stream("playlist")
    stream.target = f"{elsewhere.url}.ts"
    camera = opened(f"{stream.url}.m3u8", output, "lo")
    with closing(camera.frames()) as frames:
        wait_until(lambda: next(frames) is None and "gives no images" in camera.problem)
    assert elsewhere.connections == []
    stream.stop()
    elsewhere.stop()
