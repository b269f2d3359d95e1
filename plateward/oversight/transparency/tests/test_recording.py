"""The counts of each day on the log, and what is published of them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log_reader import LogDamaged
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.proven import verify_entries
from plateward.ground import clock
from plateward.oversight.transparency import recording
from plateward.oversight.transparency.counting import DAILY
from plateward.oversight.transparency.document import counts_of
from plateward.oversight.transparency.models import Published
from plateward.oversight.transparency.recording import publish, record_counts
from plateward.people.agencies.testing import granted
from plateward.people.sharing.public import Public
from plateward.people.sharing.testing import make_public, put_in_force
from plateward.people.testing import person

pytestmark = [pytest.mark.clause("SB40.report/yearly", "6.h.i/release"), pytest.mark.both_databases]


def entries() -> list[Leaf]:
    rows = AuditEntry.objects.filter(event=Event.COUNTS_RECORD).order_by("sequence")
    return [row.leaf for row in rows if row.leaf]


@pytest.fixture
def recorded_days(counted_log: None) -> list[Leaf]:
    record_counts()
    return entries()[-3:]


def test_each_day_that_is_over_has_one_entry_of_its_counts(recorded_days: list[Leaf]) -> None:
    assert [leaf.object for leaf in recorded_days] == [f"counts:2031-12-{day}" for day in (29, 30, 31)]
    counts = [counts_of(leaf.details["counts"]) for leaf in recorded_days]  # type: ignore[arg-type]
    assert all(list(of_day) == list(DAILY) for of_day in counts)
    assert [of_day["reads"] for of_day in counts] == [29, 30, 31]
    assert [of_day["searches.made"] for of_day in counts] == [3, 3, 9]
    assert [of_day["alerts.confirmed"] for of_day in counts] == [1, 0, 1]
    before = len(entries())
    record_counts()
    assert len(entries()) == before


def test_a_months_last_day_has_its_tables_without_what_names_somebody(recorded_days: list[Leaf]) -> None:
    assert ["tables" in leaf.details for leaf in recorded_days] == [False, False, True]
    last = recorded_days[-1].details
    assert last["month"] == "2031-12"
    assert last["tables"] == [
        "searches.purpose.felony=15",
        "searches.purpose.withheld=0",
        "searches.offense.robbery=9",
        "searches.offense.withheld=6",
        "agencies.agency.withheld=0",
    ]


def test_the_configuration_that_ran_is_with_them(recorded_days: list[Leaf]) -> None:
    details = recorded_days[-1].details
    assert "Reads: 30 days (OPR:50 6.h.ii)" in details["retention"]  # type: ignore[operator]
    assert (details["partners"], details["cameras_enrolled"]) == ([], 0)


@pytest.mark.clause("AC-4/flow")
def test_an_agency_is_named_once_its_access_is_signed(counted_log: None) -> None:
    granted(person("gloria"))
    assert recording._partners() == []
    put_in_force()
    [partner] = recording._partners()
    assert partner.startswith("Yuma County Sheriff's Office (AZ0140000), through ")


def test_a_day_is_counted_once_both_nodes_were_heard(counted_log: None) -> None:
    with clock.set_to(datetime(2032, 1, 1, 7, 5, tzinfo=UTC)):  # five minutes after midnight in Denver
        record_counts()
    assert entries()[-1].object == "counts:2031-12-30"


def test_an_altered_entry_is_not_counted_around(counted_log: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "seal_context", lambda _: b"another place")
    with pytest.raises(LogDamaged, match="altered or moved"):
        record_counts()


def test_nothing_is_published_before_it_is_turned_on(recorded_days: list[Leaf]) -> None:
    publish()
    assert not Published.objects.exists()


def test_what_is_published_is_what_the_log_proves(
    recorded_days: list[Leaf], recorded: Callable[[str], Leaf]
) -> None:
    make_public(Public.FIGURES)
    publish()
    made = Published.objects.get()
    document = json.loads(made.document)
    assert [day["day"] for day in document["days"]][-3:] == ["2031-12-29", "2031-12-30", "2031-12-31"]
    assert document["months"][-1]["tables"]["searches.offense"] == {"robbery": 9, "withheld": 6}
    proven = verify_entries(made.proofs.encode())
    assert [leaf.sequence for leaf in proven.entries[-3:]] == [leaf.sequence for leaf in recorded_days]
    assert recorded(Event.TRANSPARENCY_PUBLISH).details.keys() == {"document", "table", "proofs"}
    assert "homicide" not in made.document + made.table + made.proofs
    publish()
    assert Published.objects.get().made_at == made.made_at
