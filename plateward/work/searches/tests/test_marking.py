"""Facts of a search: CAD's are shown and compared; what is odd is marked, and seen by the supervisor the same day."""

from typing import Any

import pytest

from plateward.ground.policy.decision import Refused
from plateward.ground.reasons.judging import judge
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import signed_in
from plateward.simulators.cad import CadMode, CadSimulator, SimulatedIncident
from plateward.work.searches import numbers, reviewing
from plateward.work.searches.marking import Grounds, Mark, is_gross, marks_of
from plateward.work.searches.models import MarkStep, Search
from plateward.work.searches.rules import Brake
from plateward.work.searches.testing import CASE, OTHER_CASE, PLACE, REASON, Searchers

MISSING = "Female reported missing by husband, last seen leaving residence in this Honda Tuesday 0900"
BICYCLE = "Bicycle stolen from a porch on Lead Ave Tuesday, camera shows this plate."


def grounds(text: str, **facts: Any) -> Grounds:
    usual: dict[str, Any] = {
        "purpose": "felony",
        "offense": "",
        "tie": "witness",
        "text": text,
        "judgment": judge(text),
    }
    return Grounds(**(usual | facts))


@pytest.mark.clause("6.e.vi/generic", "6.a.ii.2/found")
@pytest.mark.parametrize(
    ("made", "marks"),
    [
        (grounds(REASON, offense="theft"), []),
        (grounds(BICYCLE, purpose="amber_alert"), [Mark.PURPOSE]),
        (grounds(BICYCLE, purpose="amber_alert", offense="theft"), [Mark.PURPOSE]),
        (grounds(BICYCLE, offense="kidnapping"), [Mark.TEXT]),
        (grounds(REASON, offense="theft", incident="Battery"), [Mark.INCIDENT]),
        (grounds(REASON, offense="theft", incident="Theft in progress"), []),
        (grounds(REASON, offense="theft", incident="Suspicious noise"), []),
        (grounds(REASON, offense="theft", tie="named", named=False), [Mark.UNNAMED]),
        (grounds(MISSING, offense="missing", purpose="missing_person", named=False), [Mark.RELATED]),
        (grounds(MISSING, offense="missing", purpose="missing_person", named=True), []),
        (grounds("robbery at the bank", tie=""), [Mark.THIN]),
        (grounds("asdf robbery blah Sunday witness plate foo", offense="robbery"), [Mark.ODD]),
        (grounds(REASON, offense="theft", others=[frozenset({"missing"})]), [Mark.STORIES]),
    ],
)
def test_what_does_not_agree_is_marked(made: Grounds, marks: list[Mark]) -> None:
    assert marks_of(made) == marks


@pytest.mark.clause("6.a.ii.2/brake", "6.e.vi/generic")
def test_a_second_person_is_asked_where_it_is_gross() -> None:
    abduction = grounds("Girl abducted from a bus stop at 1510.", offense="kidnapping", incident="Battery")
    assert is_gross(abduction, from_place=True)
    assert not is_gross(abduction, from_place=False)
    assert is_gross(grounds(BICYCLE, purpose="amber_alert"), from_place=False)
    assert not is_gross(grounds(REASON, offense="theft", incident="Theft"), from_place=True)


def set_incident(dispatch: CadSimulator, **facts: Any) -> None:
    dispatch.incidents[CASE] = SimulatedIncident(CASE, units=("Unit 12",), **facts)


@pytest.mark.django_db
class TestInTheHub:
    @pytest.mark.clause("6.a.iii/worth", "6.e.vi/reason")
    def test_cad_facts_are_shown_and_preset_the_offense(
        self, searchers: Searchers, dispatch: CadSimulator
    ) -> None:
        since = "2026-11-30T20:05:00Z"
        set_incident(
            dispatch, text="Robbery, armed", place="Bank, 500 Central", since=since, plates=("TRV 881",)
        )
        ada = signed_in(searchers.ada)
        page = ada.get("/searches/incident/", {"number": CASE}).content.decode()
        assert all(text in page for text in ("Robbery, armed", "Bank, 500 Central", "TRV881"))
        assert '<option value="robbery" selected>' in page
        foreign = ada.get("/searches/incident/", {"number": "2026-00415"}).content.decode()
        assert "Incident type" not in foreign

    @pytest.mark.clause("6.e.vi/reason")
    def test_a_plate_that_cad_names_needs_no_tie(self, searchers: Searchers, dispatch: CadSimulator) -> None:
        with pytest.raises(Refused, match="What ties this vehicle to the case is not stated"):
            searchers.asks(tie="")
        with pytest.raises(Refused, match="Whose, or what"):
            searchers.asks(tie="broadcast")
        set_incident(dispatch, plates=("BKT 419",))
        search = searchers.asks(tie="")
        assert (search.tie, search.marks.count()) == ("named", 0)

    @pytest.mark.clause("6.e.vi/generic", "6.a.ii.2/brake", "6.a.ii.2/group")
    def test_a_place_search_for_an_abduction_in_a_case_of_battery_waits_and_is_marked(
        self, searchers: Searchers, dispatch: CadSimulator
    ) -> None:
        set_incident(dispatch, text="Battery")
        text = "Girl abducted from the bus stop on Lead at 1510, van seen leaving."
        search = searchers.asks(**PLACE, offense="kidnapping", tie="", reason=text)
        assert set(search.brakes) == {Brake.PLACE, Brake.MISMATCH}
        assert [mark.kind for mark in search.marks.all()] == [Mark.INCIDENT]

    @pytest.mark.clause("6.a.iii/outage", "6.e.vi/generic", "6.e.vi/number")
    def test_what_cad_says_late_is_compared_then(self, searchers: Searchers, dispatch: CadSimulator) -> None:
        set_incident(dispatch, text="Noise complaint, domestic")
        dispatch.mode = CadMode.ERROR
        about: Any = {"purpose": "missing_person", "offense": "missing", "tie": "witness"}
        search = searchers.asks(**about, reason=MISSING)
        assert search.marks.count() == 0
        dispatch.mode = CadMode.NORMAL
        assert numbers.settle_numbers() == 1
        assert [mark.kind for mark in search.marks.all()] == [Mark.INCIDENT, Mark.RELATED]

    @pytest.mark.both_databases
    @pytest.mark.clause("6.e.vi/generic", "6.b.i.8/scope")
    def test_the_supervisor_looks_at_marked_ones_with_one_press(
        self, searchers: Searchers, dispatch: CadSimulator
    ) -> None:
        first, second, third = (
            searchers.asks(plates=(plate,), tie="named", reason=f"{REASON} {plate}")
            for plate in ("TRV881", "TRV882", "TRV883")
        )
        carla, ada = signed_in(searchers.carla), signed_in(searchers.ada)
        page = carla.get("/searches/marked/").content.decode()
        assert page.count("CAD does not name this plate") == 3
        assert signed_in(searchers.laura).get("/searches/marked/").content.decode().count("In order") == 0
        carla.post(f"/searches/marked/{first.pk}/", {"kind": "in_order"})
        carla.post(f"/searches/marked/{second.pk}/", {"kind": "asked"})
        carla.post(f"/searches/marked/{third.pk}/", {"kind": "finding"})
        assert "No marked searches to review" in carla.get("/searches/marked/").content.decode()
        assert MarkStep.objects.filter(search=third).get().kind == MarkStep.Kind.FINDING
        with pytest.raises(Refused, match="This search is not waiting"):
            reviewing.review_marked(PersonActor.of(searchers.carla), first.pk, MarkStep.Kind.IN_ORDER)
        with pytest.raises(Refused):
            reviewing.review_marked(PersonActor.of(searchers.ada), second.pk, MarkStep.Kind.IN_ORDER)
        assert "What happened, and what ties" in Notice.objects.get(kind="search.ask").text
        answer = "The clerk wrote down both plates, see the report."
        assert ada.post(f"/searches/{second.pk}/", {"text": "ok"}).status_code == 409
        assert ada.post(f"/searches/{second.pk}/", {"text": answer}).status_code == 302
        assert answer in carla.get("/searches/marked/").content.decode()

    @pytest.mark.clause("6.e.vi/number", "6.a.ii.2/brake")
    def test_an_approver_sees_the_incident_and_the_other_stories_of_the_case(
        self, searchers: Searchers, dispatch: CadSimulator
    ) -> None:
        set_incident(dispatch, text="Theft", place="Allsup's, Main St")
        searchers.asks()
        other = "Two men with a gun robbed the clerk and drove off in this truck Sunday."
        search = searchers.asks(
            plates=("TRV881", "TRV882"), offense="sex", tie="other", tie_to="A tip", reason=other
        )
        assert Mark.STORIES in [mark.kind for mark in search.marks.all()]
        page = signed_in(searchers.carla).get(f"/searches/approvals/{search.pk}/").content.decode()
        assert all(text in page for text in ("Allsup", "BKT419", "Catalytic converter cut off"))
        assert Search.objects.filter(number=OTHER_CASE).count() == 0
