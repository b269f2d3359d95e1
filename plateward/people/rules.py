"""Pure decisions: may this role do that, does this sign-in still stand."""

from datetime import datetime, timedelta

from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

USERNAME = r"^[a-z][a-z0-9._-]+\Z"
SIGN_IN_LASTS = timedelta(hours=12)
IDLE_AT_MOST = timedelta(minutes=30)


@enforces("6.b.i.8", "6.c.ii", "AC-6")
def may(role: Role, permission: Permission | None) -> Decision:
    """Access follows rank and duties. A route that names no permission is nobody's."""
    if permission is not None and permission in ROLE_PERMISSIONS[role]:
        return Allow()
    return Refusal(
        "6.b.i.8",
        f"Your role, {role.label}, does not include this.",
        "Ask the ALPR administrator if your duties need it. The attempt was recorded.",
    )


@enforces("IA-5.sessions", "AC-12")
def lasts(began: datetime, seen: datetime, now: datetime) -> Decision:
    """Whether a sign-in that `began`, and was last `seen` at work, still lasts."""
    if now - began >= SIGN_IN_LASTS:
        return Refusal("IA-5.sessions", "You had been signed in for 12 hours.", "Log in again to go on.")
    if now - seen >= IDLE_AT_MOST:
        return Refusal("IA-5.sessions", "Nothing was done here for 30 minutes.", "Log in again to go on.")
    return Allow()


@enforces("6.a.i.2")
def may_give_password(giver: str, username: str) -> Decision:
    """Whether somebody may give this person a first password: nobody to themself, for that asks no proof."""
    if giver == username:
        return Refusal(
            "6.a.i.2",
            "Nobody gives themself a password.",
            "Change your own under My account, with the present one.",
        )
    return Allow()
