import pytest

from plateward.oversight.detectors.testing import BEGIN, cad_case, detectors_of, search, watched

pytestmark = pytest.mark.clause("6.a.ii.3")


@pytest.mark.parametrize(
    ("plate", "detector"),
    [("ADQ100", "own plate"), ("ADQ200", "family plate"), ("BEQ100", "colleague's plate")],
)
def test_a_plate_of_somebody_close_is_told_at_the_first_search(plate: str, detector: str) -> None:
    findings = watched([search(BEGIN, plate)], [cad_case()])
    assert [(finding.at, finding.detector, finding.plate) for finding in findings] == [
        (BEGIN, detector, plate)
    ]


def test_a_colleagues_stolen_car_may_be_searched_in_its_case() -> None:
    assert watched([search(BEGIN, "BEQ100", case="26-000412")], [cad_case(plates=["BEQ100"])]) == []


def test_ones_own_plate_is_told_whatever_the_case() -> None:
    findings = watched([search(BEGIN, "ADQ100", case="26-000412")], [cad_case(plates=["ADQ100"])])
    assert detectors_of(findings) == {"own plate"}
