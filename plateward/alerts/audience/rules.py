"""Whether a share still shows its alert. Pure."""

from plateward.policy.trace import enforces


@enforces("6.e.ii", "6.c.ii")
def is_active(*, covert: bool, in_audience: bool, hindered: bool) -> bool:
    """Whether a share still shows its alert, before its time is over: only as long as whoever made it sees the alert in
    their own right (`in_audience`, and not `hindered` by their access), and the list has not become covert."""
    return in_audience and not hindered and not covert
