"""A marked search that a supervisor does not find in order is a finding about its searcher."""

import pytest

from plateward.oversight.findings.models import Finding
from plateward.people.actor import PersonActor
from plateward.simulators.cad import SimulatedIncident
from plateward.testing.served import cad
from plateward.work.searches.models import MarkStep
from plateward.work.searches.reviewing import review_marked
from plateward.work.searches.testing import REASON, Searchers


@pytest.mark.django_db
@pytest.mark.clause("6.a.ii.2/found", "6.f.i.3/investigate")
def test_a_supervisor_opens_a_finding_from_a_marked_search() -> None:
    searchers = Searchers()
    with cad() as dispatch:
        dispatch.incidents["2026-00412"] = SimulatedIncident("2026-00412", units=("Unit 12",))
        search = searchers.asks(tie="named", reason=REASON)
    review_marked(PersonActor.of(searchers.carla), search.pk, MarkStep.Kind.FINDING)
    finding = Finding.objects.get()
    assert (finding.subject, finding.detector, finding.outside) == (searchers.ada, "Marked search", False)
    assert f"search {search.pk}" in finding.sentence
    assert "CAD does not name this plate" in finding.sentence
