from pathlib import Path
from typing import Any

import pytest

from plateward.core.jobs.health import Light
from plateward.ground import clock
from plateward.work.dispatch.health import PARTS
from plateward.work.dispatch.models import Line

(CAD,) = PARTS


@pytest.mark.django_db
def test_cad_that_nobody_connected_is_no_cad_that_fails(settings: Any, tmp_path: Path) -> None:
    Line.objects.create(pk=1, tried_at=clock.now(), failing_since=clock.now())
    settings.CAD_TOKEN_FILE = settings.CAD_CERTIFICATE = None
    assert CAD.look().light is Light.AMBER
    assert "Not connected" in CAD.look().what
    settings.CAD_TOKEN_FILE = tmp_path / "cad-token"
    assert CAD.look().light is Light.RED
