import pytest

from plateward.oversight.detectors.records import Person, Suspicion
from plateward.oversight.detectors.routing import route
from plateward.oversight.detectors.testing import PEOPLE

pytestmark = pytest.mark.clause("6.f.i.3", "6.a.i.2")
OUTSIDE = ("inspector general", "CJIS officer")


@pytest.mark.parametrize("subject", ["hector", "gloria", "rita"])
def test_a_chief_an_administrator_and_a_reviewer_are_judged_outside_their_chain(subject: str) -> None:
    assert route(Suspicion("volume", subject, ""), PEOPLE) == OUTSIDE


def test_an_officers_chain_hears_of_an_officer() -> None:
    assert route(Suspicion("volume", "ada", ""), PEOPLE) == ("supervisor", "administrator")


@pytest.mark.parametrize("other", ["carla", "hector", "gloria"])
def test_whoever_may_have_done_it_does_not_hear_of_it(other: str) -> None:
    assert route(Suspicion("shared account", "ada", "", implicated=frozenset({other})), PEOPLE) == OUTSIDE


def test_the_cjis_officer_does_not_hear_of_themselves() -> None:
    people = {"cora": Person("cora", role="CJIS officer")}
    assert route(Suspicion("volume", "cora", ""), people) == ("inspector general",)


def test_a_transportation_inspector_is_no_inspector_general() -> None:
    people = {"dario": Person("dario", role="transportation inspector", supervisor="carla")}
    assert route(Suspicion("volume", "dario", ""), people) == ("supervisor", "administrator")
