from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.hotlists.delivery.versions import Version

NOON = datetime(2026, 3, 2, 19, 0, 0, 5, tzinfo=UTC)


def test_it_is_said_and_understood_and_fits_where_it_is_kept() -> None:
    for version in (Version(NOON, 999_999, "a1b2c3"), Version(None, 0, "000000")):
        assert Version.parse(str(version)) == version
        assert len(str(version)) <= 40  # fleet.Reader.hotlist_version, alerts.Alert.hotlist_version
    assert str(Version(NOON, 57, "a1b2c3")) == "20260302T190000.000005Z-57-a1b2c3"


@pytest.mark.parametrize("text", ["", "none", "20269902T190000.000005Z-57-a1b2c3", "none-1-a1b2c3\n"])
def test_what_is_none_of_ours_is_none(text: str) -> None:
    assert Version.parse(text) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert Version.parse(text) is None or str(Version.parse(text)) == text
