"""Fonts are npm packages in .training/fonts, installed by ./run train and by CI."""

import pytest

from plateward.testing import skip_or_fail
from plateward_training import fonts


@pytest.fixture
def lettering() -> None:
    """The fonts; without them skip and say why, and in CI fail."""
    if not (fonts.FOLDER / "node_modules").is_dir():
        skip_or_fail("the fonts of the training set are not installed: ./run train installs them")
