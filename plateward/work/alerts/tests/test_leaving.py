"""The one rule of what leaves: a vetted lead goes into a case through DEMS, anything else is a lawful disclosure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.agencies.rules import Recipient
from plateward.work.alerts.leaving import (
    Destination,
    DisclosurePurpose,
    Release,
    Vetting,
    VettingMethod,
    may_release,
    may_take_along,
)

pytestmark = pytest.mark.clause("6.e.iii/vetted", "6.e.iii/folder")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FOUND = "The dent in the left door is that of the store's video."
YUMA = Recipient("AZ0140000", needs_declaration=True, declaration=7, grant=3, signed=True)
USE = "For the district attorney, who charges the driver of the stolen car."


def vetted(
    by: str = "Ada Archuleta", method: str = "image", words: str = FOUND, hours: float = -1
) -> Release:
    vetting = Vetting(by, NOW + timedelta(hours=hours), method, words)
    return Release("2026-00412", "dems", vetting=vetting)


@pytest.mark.parametrize("method", [method for method in VettingMethod if method != VettingMethod.STEPS])
def test_a_lead_enters_a_case_once_it_is_said_who_vetted_it_when_and_how(method: str) -> None:
    assert may_take_along(vetted(method=method), NOW) == Allow()


@pytest.mark.parametrize(
    ("release", "field"),
    [
        (Release("2026-00412", "dems"), "vetted_by"),
        (vetted(by="  "), "vetted_by"),
        (vetted(by="12"), "vetted_by"),
        (vetted(hours=2), "vetted_at"),
        (vetted(method=""), "method"),
        (vetted(method="a feeling"), "method"),
        (vetted(method="other", words=""), "words"),
        (vetted(method="other", words="ok"), "words"),
        (vetted(words="For the ICE agents in Albuquerque, deportation of the driver."), "words"),
        (Release("2026-00412", ""), "destination"),
        (Release("2026-00412", "trash", USE), "destination"),
    ],
)
def test_a_lead_that_is_not_vetted_enters_no_case(release: Release, field: str) -> None:
    decision = may_take_along(release, NOW)
    assert isinstance(decision, Refusal)
    assert decision.field == field
    assert decision.clause in ("6.e.iii", "SB40.share")


@pytest.mark.clause("6.h.iii/approval", "SB40.share/recorded")
def test_a_disclosure_names_its_purpose_and_who_gets_it() -> None:
    for purpose in DisclosurePurpose:
        release = Release("2026-00412", Destination.DISCLOSURE, USE, purpose, recipient=YUMA)
        assert may_release(release, NOW) == Allow()
    for stated, use, field in (
        ("", USE, "purpose"),
        ("press", USE, "purpose"),
        ("court", "for the case", "use"),
        ("agency", "For the ICE agents in Albuquerque, deportation of the driver.", "use"),
    ):
        decision = may_release(Release("2026-00412", "disclosure", use, stated, recipient=YUMA), NOW)
        assert isinstance(decision, Refusal)
        assert decision.field == field


@pytest.mark.clause("SB40.declare/registry", "SB40.share/recorded")
def test_another_agency_is_named_and_one_of_another_state_has_a_declaration_which_is_noted() -> None:
    for to, clause in (
        (None, "6.b.i.6"),
        (replace(YUMA, declaration=None), "SB40.declare"),
        (replace(YUMA, signed=False), "AC-3"),
    ):
        decision = may_release(Release("2026-00412", "disclosure", USE, "agency", recipient=to), NOW)
        assert isinstance(decision, Refusal)
        assert (decision.clause, decision.field) == (clause, "agency")
    notes = Release("2026-00412", "disclosure", USE, "agency", recipient=YUMA).notes
    assert (notes["agency"], notes["declaration"], notes["grant"]) == ("AZ0140000", 7, 3)


def test_neither_leaves_without_the_number_of_a_case() -> None:
    for number in ("", "1111", "CASE"):
        decision = may_take_along(Release(number, "disclosure", USE, "court"), NOW)
        assert isinstance(decision, Refusal)
        assert decision.field == "number"
