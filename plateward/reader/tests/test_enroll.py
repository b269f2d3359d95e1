import json
import resource
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plateward.ground.vault.files import UnsafeFile
from plateward.reader.enroll import accept_grant, app, make_request
from plateward.reader.errors import NotReady
from plateward.reader.home import Home
from plateward.reader.hub import tls_context
from plateward.reader.tests.stand_ins import Agency

HUB = "https://hub.example:8444"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow within the block."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_in_a_sentence(agency: Agency) -> None:
    arguments = ["request", "--home", str(agency.home.path), "--name", "unit-12", "--camera", "Unit 12 front"]
    run(*arguments)
    with full_disk():
        result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, NotReady)
    assert str(result.exception) == f"{agency.home.path} cannot be used: File too large."
    run(*arguments)


@pytest.mark.clause("6.i.ii/devices")
def test_request_then_grant_then_enrolled(agency: Agency) -> None:
    home = str(agency.home.path)
    output = run("request", "--home", home, "--name", "unit-12", "--camera", "Unit 12 front")
    assert str(agency.home.request) in output
    request = make_request(agency.home, "unit-12", "Unit 12 front")
    output = run("accept", str(agency.grant(request, HUB)), "--home", home)
    assert output == f"This reader is enrolled at {HUB} as unit-12, camera Unit 12 front.\n"
    assert agency.home.open()[1].hub == HUB


@pytest.mark.clause("6.i.i/keys")
def test_private_keys_are_not_in_the_request_and_no_one_else_can_read_them(agency: Agency) -> None:
    make_request(agency.home, "unit-12", "Unit 12 front")
    request = agency.home.request.read_text()
    assert json.loads(request).keys() == {"name", "camera", "public_key", "csr_pem"}
    assert "PRIVATE" not in request
    for secret in agency.home.keys.iterdir():
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(agency.home.keys.stat().st_mode) == 0o700


def test_asking_twice_keeps_the_keys(agency: Agency) -> None:
    first = make_request(agency.home, "unit-12", "Unit 12 front")
    key = agency.home.tls_key.read_bytes()
    assert make_request(agency.home, "unit-12", "Unit 12 front").public_key == first.public_key
    assert agency.home.tls_key.read_bytes() == key


def test_a_name_that_no_hub_takes_is_refused(agency: Agency) -> None:
    with pytest.raises(NotReady, match="Choose another name"):
        make_request(agency.home, "unit\n12", "Unit 12 front")


def test_a_grant_for_another_reader_is_refused(agency: Agency, tmp_path: Path) -> None:
    make_request(agency.home, "unit-12", "Unit 12 front")
    other = make_request(Home(tmp_path / "other"), "unit-12", "Unit 12 front")
    with pytest.raises(NotReady, match="another reader"):
        accept_grant(agency.home, agency.grant(other, HUB))


@pytest.mark.clause("6.i.ii/devices")
@pytest.mark.parametrize("field", ["certificate_pem", "authority_pem"])
def test_a_certificate_of_a_version_that_is_none_is_refused(
    agency: Agency, tmp_path: Path, field: str
) -> None:
    grant = json.loads(agency.grant(make_request(agency.home, "unit-12", "Unit 12 front"), HUB).read_text())
    der = ssl.PEM_cert_to_DER_cert(grant[field])
    version = der.index(bytes.fromhex("a003020102"))
    grant[field] = ssl.DER_cert_to_PEM_cert(der[: version + 4] + b"\x07" + der[version + 5 :])
    (tmp_path / "odd.json").write_text(json.dumps(grant))
    with pytest.raises(NotReady, match=r"not a hub's grant.*version"):
        accept_grant(agency.home, tmp_path / "odd.json")


def test_a_grant_for_an_earlier_requests_camera_is_refused_until_requested_again(
    agency: Agency,
) -> None:
    granted = agency.grant(make_request(agency.home, "unit-12", "Unit 12 front"), HUB)
    make_request(agency.home, "unit-12", "Unit 12 rear")
    with pytest.raises(NotReady, match="granted unit-12 the camera 'Unit 12 front'"):
        accept_grant(agency.home, granted)
    assert not agency.home.enrollment.exists()
    make_request(agency.home, "unit-12", "Unit 12 front")
    assert accept_grant(agency.home, granted).camera == "Unit 12 front"


@pytest.mark.clause("6.i.ii/tls")
def test_a_hub_without_tls_is_refused(agency: Agency) -> None:
    request = make_request(agency.home, "unit-12", "Unit 12 front")
    with pytest.raises(NotReady, match="not a hub's grant"):
        accept_grant(agency.home, agency.grant(request, "http://hub.example:8444"))


@pytest.mark.clause("6.i.ii/devices")
def test_a_certificate_of_another_authority_is_refused(agency: Agency, tmp_path: Path) -> None:
    request = make_request(agency.home, "unit-12", "Unit 12 front")
    grant = json.loads(agency.grant(request, HUB).read_text())
    grant["authority_pem"] = Agency(tmp_path / "stranger").authority.certificate_pem
    (tmp_path / "forged.json").write_text(json.dumps(grant))
    with pytest.raises(NotReady, match="not a hub's grant"):
        accept_grant(agency.home, tmp_path / "forged.json")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"name": "unit-12"}', "\x00"])
def test_what_is_no_grant_is_refused(agency: Agency, tmp_path: Path, content: str) -> None:
    make_request(agency.home, "unit-12", "Unit 12 front")
    (tmp_path / "grant.json").write_text(content)
    with pytest.raises(NotReady, match="not a hub's grant"):
        accept_grant(agency.home, tmp_path / "grant.json")


def test_a_grant_before_any_request_is_refused(agency: Agency, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="enroll request"):
        accept_grant(agency.home, tmp_path / "grant.json")


@pytest.mark.clause("6.i.i/keys")
def test_a_reader_whose_keys_others_can_read_does_not_start(agency: Agency) -> None:
    agency.enroll(HUB)
    agency.home.tls_key.chmod(0o644)
    with pytest.raises(UnsafeFile, match="chmod 600"):
        agency.home.open()


@pytest.mark.clause("6.i.i/keys")
def test_a_reader_without_its_key_ring_does_not_start(agency: Agency) -> None:
    agency.enroll(HUB)
    (agency.home.keys / "ring.json").unlink()
    with pytest.raises(NotReady, match="keys of the reader"):
        agency.home.open()


@pytest.mark.clause("6.i.i/keys")
@pytest.mark.parametrize("other", [True, False])
def test_a_reader_with_a_wrong_or_damaged_key_ring_does_not_start(agency: Agency, other: bool) -> None:
    agency.enroll(HUB)
    ring = agency.home.keys / "ring.json"
    ring.write_bytes((agency.ring.path / "ring.json").read_bytes() if other else b"{}")
    with pytest.raises(NotReady, match="from its backup") as refused:
        agency.home.open()
    assert "PLATEWARD_KEYS" not in str(refused.value)  # that is the hub's setting


@pytest.mark.clause("6.i.ii/devices")
def test_a_certificate_or_key_that_cannot_be_used_is_named(agency: Agency, tmp_path: Path) -> None:
    agency.enroll(HUB)
    stranger = Home(tmp_path / "other")
    make_request(stranger, "unit-14", "Unit 14 front")
    authority = agency.authority.certificate_pem
    with pytest.raises(NotReady, match=r"tls\.pem cannot be used.*mismatch"):
        tls_context(authority, agency.home.certificate, stranger.tls_key)
    agency.home.certificate.write_bytes(b"")
    with pytest.raises(NotReady, match=r"certificate\.pem"):
        tls_context(authority, agency.home.certificate, agency.home.tls_key)
