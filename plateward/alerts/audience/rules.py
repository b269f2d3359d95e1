"""Whether a share is still active. Pure."""

from plateward.policy.trace import enforces


@enforces("6.e.ii", "6.c.ii")
def is_active(*, covert: bool, in_audience: bool, hindered: bool) -> bool:
    """Whether a share that has not expired still shows its alert: only while the person who made it sees the
    alert themselves (`in_audience`, and access not `hindered`), and the list has not become covert."""
    return in_audience and not hindered and not covert
