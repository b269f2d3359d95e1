"""A test run leaves nothing where a hub of this checkout keeps its data."""

import tempfile
from pathlib import Path

from django.conf import settings

from plateward.testing.home import HOME


def test_a_run_has_a_home_of_its_own() -> None:
    assert str(settings.HOME) == HOME
    assert Path(HOME).parent == Path(tempfile.gettempdir())
    assert settings.DATA.is_relative_to(HOME)
    assert settings.KEYS.is_relative_to(HOME)
