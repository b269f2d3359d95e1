"""How much a text must say, and who reviews if nobody above can. Pure."""

from collections.abc import Sequence

from plateward.policy.trace import enforces

THOROUGH = 20  # minimum letters of a narrative


@enforces("6.e.vii", "6.c.ii")
def stand_in_reviewers(by: int, owner: int | None, inside: Sequence[int]) -> tuple[int, ...]:
    """Reviewers for somebody with nobody above them in the list's audience, all keys: the list's owner, if
    among the supervisors `inside` its audience; else all of these. Never the person who closed it."""
    candidates = tuple(pk for pk in inside if pk != by)
    return (owner,) if owner is not None and owner in candidates else candidates
