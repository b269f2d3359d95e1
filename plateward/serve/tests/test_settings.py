"""Wrong settings are refused with a clear message."""

import io
from pathlib import Path
from runpy import run_path

import pytest
from PIL import Image

import plateward.settings
from plateward import environment
from plateward.ground.config.reading import WrongSetting
from plateward.ground.links.testing import Site, site

__all__ = ["site"]  # fixture


@pytest.mark.clause("6.i.ii/devices")
def test_a_client_s_certificate_and_its_key_belong_together(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "cad-certificate"
    assert environment.certificate_pair(None, None) is None
    with pytest.raises(WrongSetting, match="go together"):
        environment.certificate_pair(*site.client[:1], None)
    for wrong in (site.client[0].read_bytes(), site.client[0].read_bytes() + site.server[1].read_bytes()):
        file.write_bytes(wrong)
        with pytest.raises(WrongSetting, match="its own key"):
            environment.certificate_pair(file, file)
    file.write_bytes(site.client[0].read_bytes() + site.client[1].read_bytes())
    assert environment.certificate_pair(file, file) == (file, file)


def test_the_agency_s_seal_is_a_small_picture(tmp_path: Path) -> None:
    file = tmp_path / "seal"
    assert environment.picture(None) is None
    Image.new("RGB", (900, 450), "navy").save(file, "JPEG")
    with Image.open(io.BytesIO(environment.picture(file) or b"")) as small:
        assert (small.format, small.size) == ("PNG", (300, 150))
    for wrong in (b"", b"GIF89a", picture(5_000, 10), picture(10, 10)[:40]):
        file.write_bytes(wrong)
        with pytest.raises(WrongSetting, match="no usable picture"):
            environment.picture(file)


def picture(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.new("L", (width, height)).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(("given", "seconds"), [("", 5), ("?connect_timeout=2", 2)])
def test_a_database_whose_machine_is_gone_keeps_no_thread_for_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, seconds: int
) -> None:
    for name, value in {
        "HOME": str(tmp_path),
        "KEYS": str(tmp_path / "keys"),
        "DATABASE_URL": f"postgresql://hub.example/hub{given}",
    }.items():
        monkeypatch.setenv(f"PLATEWARD_{name}", value)
    options = run_path(plateward.settings.__file__)["DATABASES"]["default"]["OPTIONS"]
    assert int(options["connect_timeout"]) == seconds, "a site's own value counts"
    assert options["tcp_user_timeout"] <= 20_000
    assert options["keepalives_idle"]
