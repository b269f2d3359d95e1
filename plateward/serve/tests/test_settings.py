"""Wrong settings are refused with a clear message."""

from pathlib import Path

import pytest

from plateward.links.testing import Site, site
from plateward.settings import WrongSetting, env_certificate

__all__ = ["site"]  # fixture


@pytest.mark.clause("6.i.ii")
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
