"""The targets hold on every corpus, those included that the rules were not written on."""

import pytest

from plateward.reasons.corpora import NAMES, load_corpus
from plateward.reasons.rules import judge_reason

pytestmark = pytest.mark.clause("6.e.vi")


@pytest.mark.parametrize("name", NAMES)
def test_bad_reasons_are_refused_and_good_ones_accepted(name: str) -> None:
    corpus = load_corpus(name)
    accepted_bad = [reason for reason in corpus.bad if judge_reason(reason).accepted]
    refused_good = [reason for reason in corpus.good if not judge_reason(reason).accepted]
    assert len(accepted_bad) <= 0.01 * len(corpus.bad), accepted_bad
    assert len(refused_good) <= 0.02 * len(corpus.good), refused_good


def test_no_reason_is_in_two_corpora() -> None:
    reasons = [reason for name in NAMES for reason in (*load_corpus(name).good, *load_corpus(name).bad)]
    assert len(reasons) == len(set(reasons))
