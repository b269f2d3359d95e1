"""What may be released to whom, and what an answer needs."""

from dataclasses import replace

import pytest

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.sharing.records.rules import (
    CONFIDENTIAL,
    MOST_PLATES,
    AnswerOutcome,
    Data,
    Proposal,
    Rule,
    RuleOutcome,
    default_rule,
    may_propose,
    may_propose_rule,
    may_take,
)
from plateward.sharing.records.tests.made import DENIAL, STATISTICS

DEFAULTS = {data: default_rule(data) for data in Data}


def field(decision: Decision) -> str | None:
    return decision.field if isinstance(decision, Refusal) else None


@pytest.mark.clause("SB40.confid/requests", "6.h.i/release")
def test_without_a_rule_data_of_the_readers_are_denied_and_statistics_are_not() -> None:
    denied = {data for data, rule in DEFAULTS.items() if rule.outcome is RuleOutcome.DENIED}
    assert denied == CONFIDENTIAL == {Data.READS, Data.PICTURES, Data.HITS, Data.REDACTED}
    assert all(rule.basis for rule in DEFAULTS.values())
    assert DEFAULTS[Data.STATISTICS].outcome is RuleOutcome.ALLOWED


@pytest.mark.clause("6.h.i/release", "SB40.confid/requests")
def test_a_rule_names_its_law_and_frees_no_data_of_the_readers_in_general() -> None:
    law = "NMSA 1978, 29-10-4, of a party to the case"
    assert may_propose_rule(Data.REDACTED, RuleOutcome.CHIEF, law) == Allow()
    assert field(may_propose_rule(Data.REDACTED, RuleOutcome.CHIEF, "14-2")) == "basis"
    for data in CONFIDENTIAL:
        assert field(may_propose_rule(data, RuleOutcome.ALLOWED, law)) == "outcome"


@pytest.mark.clause("6.h.iii/basis", "SB40.confid/requests")
@pytest.mark.parametrize(
    ("proposal", "attached", "where"),
    [
        (STATISTICS, [Data.STATISTICS], None),
        (DENIAL, [], None),
        (replace(STATISTICS, basis="14-2-1"), [], "basis"),
        (replace(STATISTICS, text="See file."), [], "text"),
        (replace(STATISTICS, data=()), [], "kinds"),
        (replace(STATISTICS, data=(Data.STATISTICS, Data.READS)), [], "kinds"),
        (replace(STATISTICS, data=(Data.DOCUMENTS,)), [Data.STATISTICS], "kinds"),
        (replace(STATISTICS, outcome=AnswerOutcome.PARTIAL), [], "officials"),
        (replace(DENIAL, officials=""), [], "officials"),
        (replace(DENIAL, officials="Iris Ilfeld"), [], "officials"),
        (DENIAL, [Data.STATISTICS], "outcome"),
        (replace(DENIAL, outcome=AnswerOutcome.FEE), [], "fee"),
        (replace(DENIAL, outcome=AnswerOutcome.FEE, fee="$12.50"), [], None),
        (replace(DENIAL, outcome=AnswerOutcome.NONE), [], None),
    ],
)
def test_an_answer_has_its_law_its_words_and_of_a_denial_who_is_responsible(
    proposal: Proposal, attached: list[Data], where: str | None
) -> None:
    assert field(may_propose(proposal, DEFAULTS, attached, open=True)) == where


@pytest.mark.clause("6.h.i/release")
def test_by_a_rule_of_the_agency_a_redacted_picture_may_go_to_the_chief() -> None:
    given = replace(
        STATISTICS,
        data=(Data.REDACTED,),
        basis="NMSA 1978, 29-10-4",
        text="One picture of the crash, redacted.",
    )
    ruled = DEFAULTS | {Data.REDACTED: Rule(RuleOutcome.CHIEF, "NMSA 1978, 29-10-4")}
    assert field(may_propose(given, DEFAULTS, [Data.REDACTED], open=True)) == "kinds"
    assert may_propose(given, ruled, [Data.REDACTED], open=True) == Allow()


@pytest.mark.clause("SB40.confid/requests")
def test_a_request_that_names_ten_thousand_plates_is_refused_and_one_of_a_crash_is_not() -> None:
    many = " ".join(f"ABC{number:04}" for number in range(10_000))
    assert field(may_take(many, 0, 200)) == "text"
    assert field(may_take(many.lower(), 0, 200)) == "text"
    few = " ".join(f"ABC{number:04}" for number in range(MOST_PLATES))
    assert may_take(f"My own cars {few}, crash report 2026-00412 on I-25.", 0, 200) == Allow()
    assert isinstance(may_take("Statistics of 2026", 200, 200), Refusal)
