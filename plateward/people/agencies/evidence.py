"""Evidence on outside agencies, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.people.agencies.models import Agency, AgencyGrant, AgencyRequest, Declaration, GrantRevocation

WAITS_AT_MOST = timedelta(days=14)


def facts() -> Iterator[Fact]:
    """Agencies, what waits for an answer, and grants and declarations in force."""
    now = clock.now()
    undecided = AgencyRequest.objects.filter(decision=None)
    grants = AgencyGrant.objects.filter(ends__gt=now, revocation=None)
    yield fact(
        "6.b.i.6",
        text="Outside agencies on the register: {agencies}; requests without a decision: {waiting}; agencies with "
        "access: {granted}; revocations on record: {revoked}.",
        agencies=Agency.objects.count(),
        waiting=undecided.count(),
        granted=grants.values("request__agency").distinct().count(),
        revoked=GrantRevocation.objects.count(),
        attention="Requests of outside agencies undecided for two weeks: {late}. See People, Outside agencies.",
        late=undecided.filter(at__lt=now - WAITS_AT_MOST).count(),
        route="agencies:index",
    )
    yield fact(
        "SB40.declare",
        text="Written declarations on record: {declarations}; in force: {in_force}.",
        declarations=Declaration.objects.count(),
        in_force=Declaration.objects.filter(begins__lte=now, ends__gt=now).count(),
        route="agencies:index",
    )
