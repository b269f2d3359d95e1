from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.field.fleet.lists import ListVersion

LINES = "0123456789abcdef"
NOON = datetime(2026, 3, 2, 19, 0, 0, 5, tzinfo=UTC)


def test_it_is_said_and_understood_and_fits_where_it_is_kept() -> None:
    for version in (ListVersion(NOON, 999_999, "a1b2c3", LINES), ListVersion(None, 0, "000000", LINES)):
        assert ListVersion.parse(str(version)) == version
        assert len(str(version)) <= 64  # fleet.Reader.hotlist_version, alerts.Alert.hotlist_version
    assert str(ListVersion(NOON, 57, "a1b2c3", LINES)) == f"20260302T190000.000005Z-57-a1b2c3-{LINES}"


@pytest.mark.parametrize(
    "text", ["", "none", f"20269902T190000.000005Z-57-a1b2c3-{LINES}", f"none-1-a1b2c3-{LINES}\n"]
)
def test_what_is_none_of_ours_is_none(text: str) -> None:
    assert ListVersion.parse(text) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert ListVersion.parse(text) is None or str(ListVersion.parse(text)) == text
