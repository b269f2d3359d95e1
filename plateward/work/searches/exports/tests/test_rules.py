"""What an export says of itself, and when none is made."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from plateward.core.pages.marking import MARKING
from plateward.field.reads.queries import ReadSummary
from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.alerts.leaving import says_where_to
from plateward.work.searches.exports.files import ExportMark, csv_of
from plateward.work.searches.exports.rules import MOST_READS, may_export

AT = datetime(2026, 11, 26, 21, 30, tzinfo=UTC)
MARK = ExportMark("a1b2c3d4e5f6", "Ada Archuleta (ada)", AT, 12, "2026-00412")


def row(plate: str, camera: str = "front") -> ReadSummary:
    place = (32.31, -106.77, None)
    return ReadSummary(UUID(int=1), AT, plate, "NM", camera, "unit-12", *place, "truck", "white", None, None)


@pytest.mark.clause("6.e.iii/marked")
def test_a_file_is_marked_and_each_row_carries_its_number() -> None:
    lines = csv_of(MARK, [row("BKT419"), row("XYZ4071")]).decode("utf-8-sig").splitlines()
    assert lines[0] == f'"{MARKING}"'
    assert all(
        part in lines[1] for part in ("a1b2c3d4e5f6", "Ada Archuleta (ada)", "search 12 in 2026-00412")
    )
    assert [line.split(",")[0] for line in lines[3:]] == ["a1b2c3d4e5f6"] * 2
    assert lines[3].split(",")[6:8] == ["32.31", "-106.77"]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\tx", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert f"'{text}" in csv_of(MARK, [row("BKT419", camera=text)]).decode("utf-8-sig")


@pytest.mark.clause("6.h.iii/approval")
def test_an_export_is_whole_and_bounded_and_says_where_it_goes() -> None:
    assert may_export(1, more=False, complete=True) == Allow()
    assert "in time" in str(may_export(1, more=True, complete=False))
    for decision in (
        may_export(MOST_READS, more=True, complete=True),
        may_export(0, more=False, complete=True),
        may_export(5, more=False, complete=False),
        says_where_to("for the case"),
    ):
        assert isinstance(decision, Refusal)
        assert decision.clause == "6.h.iii"


@pytest.mark.clause("6.h.iii/approval")
@pytest.mark.parametrize(
    "use",
    [
        "For the district attorney, case 2026-00412.",
        "DA's office",
        "Det. Ortiz",
        "For court",
        "Public defender Ruiz",
    ],
)
def test_whoever_names_a_person_or_an_office_says_who_gets_it(use: str) -> None:
    assert says_where_to(use) == Allow()


@pytest.mark.clause("6.h.iii/approval")
@pytest.mark.parametrize(
    "use", ["", "Official use", "Law enforcement purposes", "2026-00412", "for the officer."]
)
def test_what_fits_every_case_says_not_who_gets_it(use: str) -> None:
    assert isinstance(says_where_to(use), Refusal)


@pytest.mark.clause("SB40.share/words", "SB40.share/recorded")
def test_no_export_leaves_for_what_the_law_bars() -> None:
    decision = says_where_to("For the ICE agents in Albuquerque, deportation of the driver.")
    assert isinstance(decision, Refusal)
    assert (decision.clause, decision.field) == ("SB40.share", "use")
