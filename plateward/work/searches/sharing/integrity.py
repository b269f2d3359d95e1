"""The check of shared reads: none is shared with or by a person whose access ended, or for longer than one may."""

from collections.abc import Iterator

from plateward.core.jobs.check import Check, Fault, Group, whole
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.access.standing import standings_of
from plateward.work.alerts.sharing.rules import LONGEST
from plateward.work.searches.sharing.models import ReadShare


@enforces("6.b.i.3/privacy", "6.e.ii/share", "6.c.ii/cases")
def _check_shares() -> tuple[int, list[Fault]]:
    shares = list(ReadShare.objects.live(clock.now()))
    standings = standings_of({key for share in shares for key in (share.by_id, share.to_id)})
    ended = {
        key for key, standing in standings.items() if standing.facts.granted is None or standing.facts.revoked
    }
    return len(shares), [
        Fault(f"share {share.pk}", " ".join(texts), link=share.get_absolute_url())
        for share in shares
        if (texts := list(_problems(share, ended)))
    ]


def _problems(share: ReadShare, ended: set[int]) -> Iterator[str]:
    if share.to_id in ended:
        yield "The access of the colleague who sees the read has ended."
    if share.by_id in ended:
        yield "The access of the person who shares the read has ended."
    if share.ends_at - share.at > LONGEST:
        yield f"It lasts longer than {LONGEST.days} days: it was altered."


CHECKS = (
    Check(
        "searches.shares", Group.POLICY, "Shared reads", "shares", "6.e.ii",
        "Have the person who shared the read end that. If a share was altered, report a breach.",
        whole(_check_shares),
    ),
)  # fmt: skip
