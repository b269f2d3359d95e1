import pytest

from plateward.oversight.detectors.records import Pattern
from plateward.oversight.detectors.tests.invented_agency import Agency, Ways, in_order, make_agency
from plateward.oversight.detectors.tests.planted import PUBLIC, Planted, plant_all
from plateward.oversight.detectors.tests.years import first_found, watch

Year = tuple[Agency, list[Planted], list[Pattern]]
SMALL = Ways(people=70, days=150)


@pytest.fixture(scope="module")
def year() -> Year:
    agency = make_agency(8, SMALL)
    cases = plant_all(agency)
    return agency, cases, watch(agency, list(in_order(agency)))


@pytest.mark.clause("6.a.ii.2/found", "6.a.ii.2/group", "6.a.ii.3/found", "6.a.i.2/lending")
def test_each_case_that_became_public_is_found_in_time(year: Year) -> None:
    _, cases, findings = year
    first = [(case, first_found(case, findings)) for case in cases[:PUBLIC]]
    assert [case.name for case, found in first if found is None or found.at > case.due_at] == []


@pytest.mark.clause("6.a.ii.2/found", "6.a.ii.2/group")
def test_every_planted_case_is_found(year: Year) -> None:
    _, cases, findings = year
    assert [case.name for case in cases if first_found(case, findings) is None] == []


@pytest.mark.clause("6.f.i.3/investigate")
def test_the_chiefs_chain_never_hears_of_the_chief(year: Year) -> None:
    _, _, findings = year
    about_chief = [finding for finding in findings if finding.subject == "p000"]
    assert about_chief
    assert {finding.to for finding in about_chief} == {("inspector general", "CJIS officer")}


@pytest.mark.clause("6.a.ii.2/found", "6.a.ii.2/group")
def test_ordinary_work_is_left_alone() -> None:
    agency = make_agency(9, SMALL)
    findings = watch(agency, list(in_order(agency)))
    assert len(findings) <= SMALL.days / 7  # one a week


def test_a_year_is_the_same_each_time() -> None:
    few = Ways(people=20, days=20)
    assert list(in_order(make_agency(3, few))) == list(in_order(make_agency(3, few)))
