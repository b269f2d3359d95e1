"""Properties of any text at all."""

from hypothesis import given
from hypothesis import strategies as st

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
