"""The site's credential for CAD, as its settings name it."""

from pathlib import Path
from typing import Any

import pytest

from plateward.hotlists.requests import numbers
from plateward.links.cad import Outcome
from plateward.links.tests.test_credential import Site, site
from plateward.settings import WrongSetting, pair
from plateward.simulators.cad import Incident, serve

__all__ = ["site"]  # fixture
pytestmark = pytest.mark.clause("6.i.ii")
NUMBER = "2026-00412"


def test_cad_is_shown_the_certificate_and_the_token_of_the_site(
    site: Site, settings: Any, tmp_path: Path
) -> None:
    token = tmp_path / "cad.token"
    token.write_text("a-token-of-the-site-0123456789\n")
    settings.CAD_AUTHORITY, settings.CAD_TOKEN_FILE = str(site.authority), token
    with serve(
        [Incident(NUMBER)], *site.server, token=token.read_text().strip(), clients=site.authority
    ) as cad:
        settings.CAD_PORT = cad.port
        for certificate, outcome in ((site.client, Outcome.KNOWN), (None, Outcome.UNREACHABLE)):
            settings.CAD_CERTIFICATE = certificate
            numbers.cad.cache_clear()
            try:
                assert numbers.ask_cad(NUMBER).outcome is outcome
            finally:
                numbers.cad.cache_clear()


def test_certificate_and_key_are_named_together_and_belong_together(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "PLATEWARD_CAD_CERTIFICATE_FILE", "PLATEWARD_CAD_KEY_FILE"
    assert pair(*names) is None
    monkeypatch.setenv(names[0], str(site.client[0]))
    with pytest.raises(WrongSetting, match="go together"):
        pair(*names)
    monkeypatch.setenv(names[1], str(site.server[1]))
    with pytest.raises(WrongSetting, match="its own key"):
        pair(*names)
    monkeypatch.setenv(names[1], str(site.client[1]))
    assert pair(*names) == site.client
    monkeypatch.setenv(names[0], str(tmp_path / "none.pem"))
    with pytest.raises(WrongSetting, match="no file"):
        pair(*names)
