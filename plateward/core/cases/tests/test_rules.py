"""Valid CAD and case numbers."""

import pytest

from plateward.core.cases.rules import flaw, normalized

pytestmark = pytest.mark.clause("6.a.iii/required")


@pytest.mark.parametrize("number", ["2026-00412", "P260001234", "26CR-1187-A", "CFS 2026 11 25 0412"])
def test_a_number_may_be_of_a_call_or_of_a_case(number: str) -> None:
    assert not flaw(normalized(number))


@pytest.mark.parametrize(
    "number",
    ["", "1234", "000000", "INVESTIGATION", "N/A", "A-1-B-2", "2026-00412/..", "9" * 41, "🚓2026004"],
)
def test_what_can_be_no_number_is_told_from_it(number: str) -> None:
    assert flaw(normalized(number))
