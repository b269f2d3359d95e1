"""Fonts are npm packages in .training/fonts, put there by ./run train, and by CI."""

import pytest

from plateward.testing import skip_or_fail
from plateward_training import fonts


@pytest.fixture
def lettering() -> None:
    """The fonts; a skip that says why without them, and in CI a failure."""
    if not (fonts.FOLDER / "node_modules").is_dir():
        skip_or_fail("the fonts of the training set are not installed: ./run train installs them")
