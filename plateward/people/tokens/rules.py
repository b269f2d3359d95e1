"""When an API token may be made, and when it is good for a request. Pure."""

from datetime import datetime

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.permissions import Role
from plateward.people.rules import CLOCK_TOLERANCE, PROOF_LASTS
from plateward.people.tokens.models import UNUSED_AT_MOST, ApiToken

DAYS_AT_MOST = 30
ACTIVE_AT_MOST = 5  # of one person
REQUESTS_PER_MINUTE = 60


class TokenCopied(Refusal):
    """The token came from another network than its own: somebody copied it."""


@enforces("6.a.i.2/own")
def may_make_token(active: int, role: Role | None) -> Decision:
    """Whether a person with so many active tokens may make one more. `role`: of the access in force, if any."""
    if role is None:
        return Refusal("6.b.i.8", "You have no approved access now.", "Have your access approved first.")
    if active < ACTIVE_AT_MOST:
        return Allow()
    return Refusal(
        "6.a.i.2",
        f"You already have {active} active API tokens, the most that a person can have.",
        "Revoke a token that you no longer need.",
    )


@enforces("6.c.ii.1/all", "6.a.i.2/own", "IA-5.sessions/again", "AC-2/disabled", "AC-12/ends")
def token_stands(
    token: ApiToken, role: Role | None, network: str, factor_at: datetime | None, now: datetime
) -> Decision:
    """Whether a token is good for a request now. `role`: the person's at present; `network`: where the request comes
    from; `factor_at`: when the person last proved a second factor in a log-in that still lasts."""
    another = "Make another token under Search, API tokens."
    if token.revoked_at:
        return Refusal("6.a.i.2", "This token was revoked.", another)
    if token.ends_at <= now:
        return Refusal("IA-5.sessions", "This token has ended.", another)
    if now - (token.used_at or token.made_at) >= UNUSED_AT_MOST:
        return Refusal("AC-2", f"This token was not used for {UNUSED_AT_MOST.days} days.", another)
    if role != token.role:
        return Refusal("6.b.i.8", "This token was made for a role that you no longer have.", another)
    if token.network and token.network != network:
        return TokenCopied(
            "6.a.i.2",
            "This token was used from another network than its own, so it is revoked.",
            "Make another token. If this was not you, notify the ALPR administrator at once.",
        )
    if factor_at is None or not -CLOCK_TOLERANCE <= now - factor_at < PROOF_LASTS:
        return Refusal(
            "6.c.ii.1",
            "You are not logged in with your second factor, or did so more than 12 hours ago.",
            "Log in with a browser. Your token then works until you log out.",
        )
    return Allow()


def is_too_fast(in_this_minute: int) -> bool:
    """Whether a token that was used so often in this minute, this time included, must wait for the next."""
    return in_this_minute > REQUESTS_PER_MINUTE
