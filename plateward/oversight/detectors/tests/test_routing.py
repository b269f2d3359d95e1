import pytest

from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.records import Person, Suspicion
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.routing import route
from plateward.oversight.detectors.testing import BEGIN, PEOPLE
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.watch import Watch

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


@pytest.mark.parametrize("role", ["sheriff", "superintendent", "director", "colonel", "commander", ""])
def test_whoever_heads_a_chain_of_command_is_judged_outside_it(role: str) -> None:
    people = {"sam": Person("sam", role=role), "ada": Person("ada", role="officer", supervisor="sam")}
    assert route(Suspicion("volume", "sam", ""), people) == OUTSIDE
    assert route(Suspicion("volume", "ada", ""), people) == ("supervisor", "administrator")
    alone = {"sam": Person("sam", role=role)}
    assert route(Suspicion("volume", "sam", ""), alone) == ("administrator", "CJIS officer")


def test_who_may_be_part_of_a_pattern_only_grows_and_its_route_with_them() -> None:
    watch = Watch(PEOPLE, Roster([]), CadBook([], Thresholds()))
    for implicated in ({"ben"}, {"carla"}, set()):
        watch._fold([Suspicion("shared account", "ada", "", implicated=frozenset(implicated))], BEGIN)
    assert [(finding.implicated, finding.to) for finding in watch.findings] == [
        (frozenset({"ben", "carla"}), OUTSIDE)
    ]
