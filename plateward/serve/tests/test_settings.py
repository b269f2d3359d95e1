"""Wrong settings are refused with a clear message."""

import io
from pathlib import Path
from runpy import run_path

import pytest
from PIL import Image

import plateward.settings
from plateward.environment import WrongSetting, env_certificate, env_line, env_picture
from plateward.ground.links.testing import Site, site

__all__ = ["site"]  # fixture


@pytest.mark.clause("6.i.ii/devices")
def test_certificate_and_key_are_named_together_and_belong_together(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "PLATEWARD_CAD_CERTIFICATE_FILE", "PLATEWARD_CAD_KEY_FILE"
    assert env_certificate(*names) is None
    monkeypatch.setenv(names[0], str(site.client[0]))
    with pytest.raises(WrongSetting, match="go together"):
        env_certificate(*names)
    monkeypatch.setenv(names[1], str(site.server[1]))
    with pytest.raises(WrongSetting, match="its own key"):
        env_certificate(*names)
    monkeypatch.setenv(names[1], str(site.client[1]))
    assert env_certificate(*names) == site.client
    monkeypatch.setenv(names[0], str(tmp_path / "none.pem"))
    with pytest.raises(WrongSetting, match="no file"):
        env_certificate(*names)


def test_the_agency_s_seal_is_a_small_picture_and_its_name_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, name = tmp_path / "seal", "PLATEWARD_AGENCY_SEAL"
    assert env_picture(name) is None
    monkeypatch.setenv(name, str(file))
    Image.new("RGB", (900, 450), "navy").save(file, "JPEG")
    with Image.open(io.BytesIO(env_picture(name) or b"")) as small:
        assert (small.format, small.size) == ("PNG", (300, 150))
    for wrong in (b"", b"GIF89a", picture(5_000, 10), picture(10, 10)[:40]):
        file.write_bytes(wrong)
        with pytest.raises(WrongSetting, match="no usable picture"):
            env_picture(name)
    monkeypatch.setenv("PLATEWARD_AGENCY_NAME", " New Mexico State Police ")
    assert env_line("PLATEWARD_AGENCY_NAME") == "New Mexico State Police"
    for unusable in ("two\nlines", "x" * 101):
        monkeypatch.setenv("PLATEWARD_AGENCY_NAME", unusable)
        with pytest.raises(WrongSetting, match="no line of text"):
            env_line("PLATEWARD_AGENCY_NAME")


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
