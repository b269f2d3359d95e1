"""The site's credential for CAD, as its settings name it."""

from pathlib import Path
from typing import Any

import pytest

from plateward.core.cases.cad import client
from plateward.ground.links.cad import CadOutcome
from plateward.ground.links.testing import Site, site
from plateward.simulators.cad import CadSimulator, SimulatedIncident

__all__ = ["site"]  # fixture
pytestmark = pytest.mark.clause("6.i.ii/devices")
NUMBER = "2026-00412"


def test_cad_is_shown_the_certificate_and_the_token_of_the_site(
    site: Site, settings: Any, tmp_path: Path
) -> None:
    token = tmp_path / "cad.token"
    token.write_text("a-token-of-the-site-0123456789\n")
    settings.CAD_AUTHORITY, settings.CAD_TOKEN_FILE = str(site.authority), token
    with CadSimulator(
        [SimulatedIncident(NUMBER)], *site.server, token=token.read_text().strip(), clients=site.authority
    ) as cad:
        settings.CAD_PORT = cad.port
        for certificate, outcome in ((site.client, CadOutcome.KNOWN), (None, CadOutcome.UNREACHABLE)):
            settings.CAD_CERTIFICATE = certificate
            client.cache_clear()
            try:
                assert client().look_up(NUMBER).outcome is outcome
            finally:
                client.cache_clear()
