"""When a token is good for a request."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.permissions import Role
from plateward.people.tokens.models import ApiToken
from plateward.people.tokens.rules import (
    ACTIVE_AT_MOST,
    REQUESTS_PER_MINUTE,
    TokenCopied,
    is_too_fast,
    may_make_token,
    token_stands,
)

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
HOME, ELSEWHERE = "10.20.0.0/16", "192.0.0.0/16"
LOGGED_IN = NOW - timedelta(hours=1)


def good(**but: Any) -> ApiToken:
    """A token in use, but for these of its fields."""
    used_at, ends_at = NOW - timedelta(hours=1), NOW + timedelta(days=1)
    return ApiToken(**{"ends_at": ends_at, "used_at": used_at, "network": HOME, "role": Role.OFFICER} | but)


def decide(token: ApiToken | None = None, role: Role | None = Role.OFFICER, network: str = HOME) -> object:
    return token_stands(token or good(), role, network, LOGGED_IN, NOW)


@pytest.mark.clause("6.c.ii.1/all", "6.a.i.2/own")
def test_a_good_token_stands_and_the_first_use_may_come_from_anywhere() -> None:
    assert decide() == Allow()
    assert decide(good(network=""), network=ELSEWHERE) == Allow()


@pytest.mark.parametrize(
    ("token", "clause"),
    [
        pytest.param(good(revoked_at=NOW), "6.a.i.2", id="revoked"),
        pytest.param(good(ends_at=NOW), "IA-5.sessions", id="ended"),
        pytest.param(good(used_at=NOW - timedelta(days=7)), "AC-2", id="unused"),
        pytest.param(good(role=Role.SUPERVISOR), "6.b.i.8", id="another role"),
    ],
)
@pytest.mark.clause("6.a.i.2/own", "6.b.i.8/matrix", "AC-2/disabled")
def test_a_token_ends_by_itself_and_with_its_role(token: ApiToken, clause: str) -> None:
    decision = decide(token)
    assert isinstance(decision, Refusal)
    assert decision.clause == clause


@pytest.mark.clause("6.a.i.2/own", "6.a.i.2/lending")
def test_a_token_from_another_network_is_a_copy() -> None:
    assert isinstance(decide(network=ELSEWHERE), TokenCopied)


@pytest.mark.clause("6.c.ii.1/all", "IA-5.sessions/again")
@pytest.mark.parametrize("factor_at", [None, NOW - timedelta(hours=12), NOW + timedelta(hours=1)])
def test_a_token_alone_opens_nothing(factor_at: datetime | None) -> None:
    decision = token_stands(good(), Role.OFFICER, HOME, factor_at, NOW)
    assert isinstance(decision, Refusal)
    assert decision.clause == "6.c.ii.1"


@pytest.mark.clause("6.a.i.2/own")
def test_a_person_has_few_tokens_and_each_has_its_pace() -> None:
    assert may_make_token(ACTIVE_AT_MOST - 1, Role.OFFICER) == Allow()
    assert isinstance(may_make_token(ACTIVE_AT_MOST, Role.OFFICER), Refusal)
    assert isinstance(may_make_token(0, None), Refusal)
    assert is_too_fast(REQUESTS_PER_MINUTE + 1)
    assert not is_too_fast(REQUESTS_PER_MINUTE)
