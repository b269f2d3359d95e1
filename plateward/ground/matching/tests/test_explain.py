import pytest

from plateward.ground.matching.explain import explain_match, state_agreement
from plateward.ground.matching.kinds import MatchKind, StateAgreement
from plateward.ground.matching.tests.made import characters


@pytest.mark.clause("5.g/maybe")
@pytest.mark.parametrize(
    ("kind", "read", "listed", "sentence"),
    [
        (MatchKind.EXACT, "TST123", "TST 123", "Every character agrees; the state agrees (NM)."),
        (
            MatchKind.EXACT,
            "TOT123",
            "T0T123",
            "Every character agrees, O and 0 taken as one; the state agrees (NM).",
        ),
        (
            MatchKind.FOLDED,
            "T8T123",
            "TBT123",
            "Read 8 where B is listed (they look alike); the state agrees (NM).",
        ),
        (
            MatchKind.ALTERNATIVE,
            "TWT123",
            "TVT123",
            "Read W where V is listed (reader confidence 30%); the state agrees (NM).",
        ),
        (MatchKind.NEAR, "TXT123", "TST123", "Read X where S is listed; the state agrees (NM)."),
        (MatchKind.NEAR, "ST123", "TST123", "Read nothing where T is listed; the state agrees (NM)."),
        (
            MatchKind.PARTIAL,
            "T5T123",
            "TS?1*",
            "The listed TS?1* has unknown characters; T5T123 fits it, S read as 5; the state agrees (NM).",
        ),
        (
            MatchKind.PARTIAL,
            "TST123",
            "TST*",
            "The listed TST* has unknown characters; TST123 fits it; the state agrees (NM).",
        ),
    ],
)
def test_each_kind_is_explained_in_words(kind: MatchKind, read: str, listed: str, sentence: str) -> None:
    doubted = characters("TWT123", "1 V 0.3") if kind is MatchKind.ALTERNATIVE else ()
    assert explain_match(kind, (read, "NM"), (listed, "NM"), doubted) == sentence


@pytest.mark.parametrize(
    ("read", "listed", "agreement", "sentence"),
    [
        ("NM", "NM", StateAgreement.EQUAL, "the state agrees (NM)"),
        (None, "NM", StateAgreement.UNKNOWN, "the state was not read (NM is listed)"),
        ("NM", None, StateAgreement.UNKNOWN, "no state is listed (NM was read)"),
        (None, None, StateAgreement.UNKNOWN, "no state is listed"),
        ("TX", "NM", StateAgreement.DIFFERENT, "STATE READ (TX) IS NOT THE LISTED STATE (NM)"),
    ],
)
def test_the_state_is_explained_too(
    read: str | None, listed: str | None, agreement: StateAgreement, sentence: str
) -> None:
    assert state_agreement(read, listed) is agreement
    assert (
        explain_match(MatchKind.EXACT, ("A", read), ("A", listed)) == f"Every character agrees; {sentence}."
    )


def test_characters_of_another_plate_explain_nothing() -> None:
    sentence = explain_match(MatchKind.NEAR, ("TXT123", None), ("TST123", None), characters("ZZ", "1 S 0.4"))
    assert sentence == "Read X where S is listed; no state is listed."
