"""Properties of any text at all."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.policy.decision import Allow
from plateward.reasons.barred import may_leave_for, may_rest_on
from plateward.reasons.corpora import load_corpus
from plateward.reasons.lexicon import lexicon
from plateward.reasons.rules import EarlierReason, judge_reason

CORPUS = load_corpus("development")
FILLER = sorted(" ".join(words) for words, tags in lexicon().phrases.items() if tags == {"FILLER"})
KNOWN = sorted(" ".join(words) for words in lexicon().phrases)


@given(st.text(max_size=2000), st.text(max_size=40))
def test_it_never_raises_and_always_says_why(reason: str, case_number: str) -> None:
    judgment = judge_reason(reason, case_number=case_number, earlier=[EarlierReason(reason[:50], "2026-1")])
    assert judgment.why


@given(st.lists(st.sampled_from(KNOWN), max_size=300))
def test_any_order_of_known_words_is_judged(words: list[str]) -> None:
    assert judge_reason(" ".join(words)).why


@given(
    st.sampled_from(CORPUS.bad),
    st.lists(st.sampled_from(FILLER), max_size=12),
    st.lists(st.sampled_from(FILLER), max_size=12),
)
def test_filler_around_a_bad_reason_makes_no_good_one(bad: str, before: list[str], after: list[str]) -> None:
    assert not judge_reason(". ".join([*before, bad, *after])).accepted


@given(st.lists(st.sampled_from(FILLER), max_size=40))
def test_filler_alone_is_no_reason(words: list[str]) -> None:
    assert not judge_reason(" ".join(words)).accepted


@given(st.sampled_from(CORPUS.good), st.sampled_from([str.upper, str.lower, lambda text: f"  {text}.\n"]))
def test_a_good_reason_stays_good_in_other_letters(good: str, change: object) -> None:
    assert callable(change)
    assert judge_reason(change(good)).accepted or not judge_reason(good).accepted


DISGUISES = (
    lambda word: (
        word.replace("i", "\u0456").replace("a", "\u0430").replace("o", "\u043e")
    ),  # of another alphabet
    lambda word: (
        word.replace("i", "\u026a").replace("a", "\u0251").replace("o", "\u0275")
    ),  # phonetic letters
    lambda word: word.replace("i", "\u0131").replace("o", "\u00f8"),
    lambda word: f"{word[:4]}\u00ad{word[4:]}",
    lambda word: f"{word[:4]}\u200b{word[4:]}",
    lambda word: f"{word[:4]}-\n{word[4:]}",
    lambda word: f"{word[:3]} {word[3:]}",
    lambda word: f"{word[:2]}-{word[2:4]}_{word[4:]}",
    " ".join,
    lambda word: word.translate(str.maketrans("oieast", "013457")).upper(),
    lambda word: word.replace("a", "á").replace("i", "ï").replace("o", "ö"),
    lambda word: word[:2] + word[3:],  # misspelt: a letter is missing
    lambda word: word[:3] + word[2:],
    lambda word: word[:2] + word[3] + word[2] + word[4:],
    lambda word: word[1:],
)


@pytest.mark.clause("SB40.share", "SB40.use")
@given(
    st.sampled_from(("immigration", "abortions", "protesters", "deportation", "undocumented", "journalists")),
    st.sampled_from(DISGUISES),
    st.sampled_from(("", *CORPUS.good)),
)
def test_a_barred_ground_does_not_pass_disguised(
    word: str, disguise: Callable[[str], str], before: str
) -> None:
    text = f"{before}. Check the {disguise(word)} of the owner"
    assert not isinstance(may_rest_on(text, "narrative"), Allow)
    assert not isinstance(may_leave_for(text, "use"), Allow)
    assert not judge_reason(text).accepted


@pytest.mark.clause("SB40.share", "SB40.use")
@pytest.mark.parametrize(
    "text",
    [
        "imigration status of the owner",
        "patient of the aborton clinc",
        "1CE wants him",
        "I C E wants him",
        "emmigrant",
        "Planed Parenthod",
        "imigrashun wants him",
        "parked at the mosk each night",
        "asylm family, deportashun case",
        "lCE or i.c.3. or E R 0 wants him",
        "driver's vissa expired; aborshun, berth control",
    ],
)
def test_a_misspelt_ground_goes_to_the_administrator(text: str) -> None:
    assert judge_reason(text).barred


@pytest.mark.parametrize(
    "text",
    [
        "Owner reported it, protected by his lender; planted evidence",
        "Plate 1CEB23 of a 3rd suspect, 2 b 4 on Hwy 54",
        "Peña's truck - seen at José Ávila's shop",
        "Aligned projectors stolen; packet of rabbits, decorations and transponder from the neighbor's shed",
        "Slid on ice at La Bajada, a sheet of ICE ON ROADWAY; in possession of Allen's vases, cords and a mask",
        "Abortive robbery; Mrs. Harmon has a migraine; liens, a warship, Vista Sandia, Depot St and Ernesto",
    ],
)
def test_honest_words_beside_barred_ones_pass(text: str) -> None:
    assert isinstance(may_rest_on(text, "narrative"), Allow)
    assert isinstance(may_leave_for(text, "use"), Allow)


@pytest.mark.clause("SB40.share", "SB40.use")
@given(
    st.sampled_from(
        [reason for reason in load_corpus("sixteenth").barred if re.search(r"[^\W\d_]{8}", reason)]
    ),
    st.sampled_from(DISGUISES),
)
def test_no_disguised_barred_sentence_is_accepted(barred: str, disguise: Callable[[str], str]) -> None:
    assert not judge_reason(re.sub(r"[^\W\d_]{8,}", lambda word: disguise(word[0]), barred)).accepted
