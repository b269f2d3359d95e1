from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.links import fmcsa
from plateward.ground.links.ncic.hit import RecordVerdict
from plateward.ground.links.ncic.query import QueryOutcome, VehicleStatus
from plateward.ground.links.ncic.switch import StatusAnswer
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.work.alerts.answers import NumberedVerdict, current_verdict, governing_answer
from plateward.work.alerts.facts import Facts, Stage, VerificationAnswer, VerificationSource
from plateward.work.alerts.rules import may_act
from plateward.work.alerts.verifying.rules import (
    RequestStatus,
    is_commercial,
    is_due,
    judge_fmcsa,
    may_ask_fmcsa,
    may_request,
    next_number,
)

NOW = datetime(2026, 11, 25, 18, tzinfo=UTC)
VALID, NOT_VALID, WAIT = RecordVerdict.VALID, RecordVerdict.NOT_VALID, RecordVerdict.WAIT


def refused(decision: Decision) -> str:
    assert isinstance(decision, Refusal)
    return decision.reason


@dataclass(frozen=True)
class Question:
    source: VerificationSource
    answer: VerificationAnswer
    refuted: bool = False

    @property
    def positive(self) -> bool:
        return self.answer == VerificationAnswer.HIT and not self.refuted


HIT, NONE, DOWN = (
    Question(VerificationSource.NCIC, answer)
    for answer in (VerificationAnswer.HIT, VerificationAnswer.NO_RECORD, VerificationAnswer.DOWN)
)
OUT, CLEAR = (
    Question(VerificationSource.FMCSA, answer)
    for answer in (VerificationAnswer.HIT, VerificationAnswer.CLEAR)
)


@pytest.mark.clause("6.e.iv.3/ncic", "6.e.iv.3/fmcsa", "5.h/query", "5.j/verifies")
@pytest.mark.parametrize(
    ("questions", "counts"),
    [
        ([], None),
        ([DOWN], DOWN),
        ([HIT, DOWN], HIT),
        ([HIT, NONE], NONE),
        ([NONE, HIT, DOWN], HIT),
        ([HIT, CLEAR], HIT),
        ([CLEAR, HIT], HIT),
        ([NONE, OUT], OUT),
        ([OUT, NONE], OUT),
        ([OUT, CLEAR], CLEAR),
        ([OUT, replace(HIT, refuted=True)], OUT),
        ([replace(HIT, refuted=True), CLEAR], CLEAR),
        ([HIT, OUT], OUT),
        ([HIT, NONE, CLEAR], CLEAR),
    ],
)
def test_of_all_answers_one_counts(questions: list[Question], counts: Question | None) -> None:
    assert governing_answer(questions) == counts


@pytest.mark.clause("5.h/query")
@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ([], None),
        ([(1, WAIT)], WAIT),
        ([(1, WAIT), (1, VALID)], VALID),
        ([(1, VALID), (2, WAIT)], VALID),
        ([(1, NOT_VALID), (2, VALID)], VALID),
        ([(1, VALID), (2, NOT_VALID)], NOT_VALID),
        ([(2, VALID), (2, NOT_VALID)], NOT_VALID),
    ],
)
def test_an_agency_s_answers_come_in_any_order_and_mean_the_same(
    said: list[tuple[int, RecordVerdict]], verdict: RecordVerdict | None
) -> None:
    for order in permutations(said):
        assert current_verdict(NumberedVerdict(*answer) for answer in order) is verdict


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(list(RecordVerdict))), max_size=6), st.randoms())
def test_repeated_and_shuffled_answers_change_nothing(
    said: list[tuple[int, RecordVerdict]], random: object
) -> None:
    shuffled = [*said, *said]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert current_verdict(NumberedVerdict(*answer) for answer in shuffled) is current_verdict(
        NumberedVerdict(*answer) for answer in said
    )


def request_status(number: int, minutes_left: int, *said: RecordVerdict, sent: bool = True) -> RequestStatus:
    return RequestStatus(number, NOW + timedelta(minutes=minutes_left), sent, frozenset(said))


@pytest.mark.clause("5.h/query", "6.e.iv.3/ncic")
@pytest.mark.parametrize(
    ("earlier", "words", "number"),
    [
        ([], None, 1),
        ([request_status(1, 9, sent=False)], None, 1),
        ([request_status(1, 9)], "still waiting", None),
        ([request_status(1, 0)], None, 2),
        ([request_status(1, 0, WAIT)], None, 2),
        ([request_status(1, 9, WAIT)], "still waiting", None),
        ([request_status(1, -20), request_status(2, 3)], "Request 2 is still", None),
        ([request_status(1, -20), request_status(2, -1)], None, 3),
        ([request_status(1, -50), request_status(2, -40), request_status(3, -1)], "three times", None),
        ([request_status(1, 5, VALID)], "confirmed this record", None),
        ([request_status(1, -5, NOT_VALID)], "not valid", None),
    ],
)
def test_an_agency_is_asked_again_once_its_time_is_over_and_three_times_at_most(
    earlier: list[RequestStatus], words: str | None, number: int | None
) -> None:
    decision = may_request(Facts(agrees=True, answer=VerificationAnswer.HIT), earlier, NOW)
    if words is None:
        assert isinstance(decision, Allow)
        assert next_number(earlier) == number
    else:
        assert words in refused(decision)
    assert "closed" in refused(may_request(Facts(closed=True), earlier, NOW))


@pytest.mark.parametrize(
    ("status", "due"),
    [
        (request_status(1, 1), False),
        (request_status(1, 0), True),
        (request_status(1, 0, WAIT), True),
        (request_status(1, 0, VALID), False),
    ],
)
def test_a_request_is_due_without_yes_or_no(status: RequestStatus, due: bool) -> None:
    assert is_due(status, NOW) is due


@pytest.mark.clause("5.j/query", "6.c.i.5/role")
@pytest.mark.parametrize(
    ("kind", "vehicle", "plate_type", "commercial"),
    [
        ("", "", "", False),
        ("truck", "", "", True),
        ("pickup truck", "", "PC", False),
        ("", "2019 Freightliner tractor white", "", True),
        ("", "White school BUS", "", True),
        ("", "Business sedan", "", False),
        ("car", "", "TK", True),
        (None, "", "TK", True),
        (None, "White school bus", "", True),
        (None, "White sedan", "PC", None),
    ],
)
def test_read_or_entry_say_what_is_commercial(
    kind: str | None, vehicle: str, plate_type: str, commercial: bool | None
) -> None:
    assert is_commercial(kind, vehicle, plate_type) is commercial


@pytest.mark.clause("5.j/query", "6.c.i.5/role")
def test_fmcsa_is_asked_of_commercial_vehicles_or_by_an_inspector() -> None:
    assert isinstance(may_ask_fmcsa(Allow(), True, False), Allow)
    assert isinstance(may_ask_fmcsa(Allow(), False, True), Allow)
    assert refused(may_ask_fmcsa(Allow(), False, False)).startswith("Neither the read nor the list entry")
    assert refused(may_ask_fmcsa(Allow(), None, False, "It was lost.")).startswith(
        "Cannot tell whether this is"
    )
    assert isinstance(may_ask_fmcsa(Allow(), None, True, "It was lost."), Allow)
    assert refused(may_ask_fmcsa(Refusal("x", "first read it", ""), True, True)) == "first read it"


SINCE = date(2026, 1, 15)
FIT, OUT_OF_SERVICE = VehicleStatus("7654321", False, None), VehicleStatus("7654321", True, SINCE)
GHOST = fmcsa.Carrier("7654321", "GHOST HAULING INC", False, SINCE, (), ())


def of(
    carrier: fmcsa.Carrier | None, outcome: fmcsa.FmcsaOutcome = fmcsa.FmcsaOutcome.KNOWN
) -> fmcsa.FmcsaAnswer:
    return fmcsa.FmcsaAnswer(outcome, "FMCSA could not be reached.", "", carrier)


@pytest.mark.clause("5.j/verifies", "6.e.iv.3/fmcsa")
@pytest.mark.parametrize(
    ("vehicle", "carrier", "answer", "words"),
    [
        (OUT_OF_SERVICE, None, VerificationAnswer.HIT, "since January 15, 2026"),
        (OUT_OF_SERVICE, of(None, fmcsa.FmcsaOutcome.UNREACHABLE), VerificationAnswer.HIT, "out of service"),
        (FIT, of(GHOST), VerificationAnswer.HIT, "may not operate, out of service since January 15, 2026"),
        (FIT, of(replace(GHOST, since=None)), VerificationAnswer.HIT, "may not operate."),
        (FIT, of(replace(GHOST, allowed=True)), VerificationAnswer.CLEAR, "may operate"),
        (FIT, of(None, fmcsa.FmcsaOutcome.UNKNOWN), VerificationAnswer.NO_RECORD, ""),
        (FIT, of(None, fmcsa.FmcsaOutcome.UNREACHABLE), VerificationAnswer.DOWN, "reached"),
        (FIT, of(None, fmcsa.FmcsaOutcome.GARBLED), VerificationAnswer.GARBLED, ""),
        (FIT, None, VerificationAnswer.DOWN, "no FMCSA key"),
        (replace(FIT, dot=""), None, VerificationAnswer.CLEAR, "names no carrier"),
    ],
)
def test_out_of_service_or_no_authority_verifies(
    vehicle: VehicleStatus, carrier: fmcsa.FmcsaAnswer | None, answer: VerificationAnswer, words: str
) -> None:
    judged, detail = judge_fmcsa(StatusAnswer(QueryOutcome.HIT, "", "", NOW, vehicle), carrier)
    assert judged is answer
    assert words in detail


@pytest.mark.parametrize("outcome", [QueryOutcome.NO_RECORD, QueryOutcome.DOWN, QueryOutcome.GARBLED])
def test_what_prism_does_not_say_verifies_nothing(outcome: QueryOutcome) -> None:
    assert judge_fmcsa(StatusAnswer(outcome, "Why.", "", NOW), None)[0] == outcome.value


@pytest.mark.clause("6.e.iv.3/ncic", "6.e.iv.3/fmcsa", "5.h/query", "5.j/verifies")
@pytest.mark.parametrize(
    ("source", "answer", "minutes", "refuted", "words", "stage"),
    [
        (VerificationSource.NCIC, VerificationAnswer.HIT, 15, False, None, Stage.VERIFIED),
        (VerificationSource.FMCSA, VerificationAnswer.HIT, 15, False, None, Stage.VERIFIED),
        (
            VerificationSource.FMCSA,
            VerificationAnswer.HIT,
            16,
            False,
            "FMCSA's answer is 16 minutes old",
            Stage.VERIFIED,
        ),
        (VerificationSource.NCIC, VerificationAnswer.HIT, 1, True, "not valid", Stage.NOT_VERIFIED),
        (VerificationSource.FMCSA, VerificationAnswer.CLEAR, 1, False, "nothing against", Stage.NOT_VERIFIED),
        (
            VerificationSource.FMCSA,
            VerificationAnswer.NO_RECORD,
            1,
            False,
            "FMCSA has no record",
            Stage.NOT_VERIFIED,
        ),
        (
            VerificationSource.FMCSA,
            VerificationAnswer.DOWN,
            1,
            False,
            "FMCSA has not given a usable response",
            Stage.OBSERVED,
        ),
    ],
)
def test_the_gate_opens_upon_a_fresh_positive_answer_that_stands(
    source: VerificationSource,
    answer: VerificationAnswer,
    minutes: int,
    refuted: bool,
    words: str | None,
    stage: Stage,
) -> None:
    facts = Facts(
        agrees=True,
        observed=True,
        answer=answer,
        answered_at=NOW - timedelta(minutes=minutes),
        source=source,
        refuted=refuted,
    )
    decision = may_act(facts, NOW)
    assert facts.stage is stage
    assert (words or "") in ("" if isinstance(decision, Allow) else refused(decision))
    assert isinstance(decision, Allow) == (words is None)
