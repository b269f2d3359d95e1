"""What every reviewed decision asks for."""

import pytest

from plateward.core.decisions.rules import is_as_seen, may_review, says_enough
from plateward.ground.policy.decision import Allow, Refusal


@pytest.mark.clause("6.f.i.1/nobody", "6.b.i.8/scope")
@pytest.mark.parametrize(
    ("own", "assigned", "reason"),
    [
        (True, True, "You cannot review your own request."),
        (True, False, "You cannot review your own request."),
        (False, False, "You are not the reviewer of this request."),
    ],
)
def test_nobody_reviews_their_own_or_what_is_not_theirs(own: bool, assigned: bool, reason: str) -> None:
    decision = may_review("6.f.i.1", "request", own=own, assigned=assigned, with_whom="It is with Carla.")
    assert decision == Refusal("6.f.i.1", reason, "It is with Carla.")


def test_whoever_it_is_with_reviews_it() -> None:
    assert may_review("6.f.i.1", "request", own=False, assigned=True, with_whom="") == Allow()


def test_only_what_was_seen_is_decided() -> None:
    assert is_as_seen("6.a.iv", "export", 7, 7) == Allow()
    assert "changed after you opened it" in str(is_as_seen("6.a.iv", "export", 6, 7))


@pytest.mark.parametrize(
    ("text", "enough"), [("seen it", True), ("se en", False), ("12345 67890 ...", False)]
)
def test_only_letters_say_something(text: str, enough: bool) -> None:
    assert says_enough(text, 6) is enough
