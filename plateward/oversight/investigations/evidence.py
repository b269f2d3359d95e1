"""Evidence on investigations of misuse, for the compliance report."""

from collections.abc import Iterator

from plateward.ground.policy.evidence import Fact, fact
from plateward.oversight.investigations.models import Investigation, InvestigationStep
from plateward.oversight.investigations.rules import DisciplinaryAction


def facts() -> Iterator[Fact]:
    """Those in the chain of command that implicate nobody else: whom the others are about may read this."""
    implicating = InvestigationStep.objects.filter(kind=InvestigationStep.Kind.IMPLICATED).values(
        "investigation"
    )
    inside = Investigation.objects.filter(outside=False).exclude(pk__in=implicating)
    open_ones = inside.filter(closed_at=None)
    late = sum(len(item.late) for item in open_ones.prefetch_related("steps", "allegations"))
    yield fact(
        "6.f.i.3",
        "6.g.i",
        "6.j.i",
        text="Investigations in the chain of command: {investigations}; open: {open_investigations}; deadlines missed: "
        "{missed}; terminations: {terminations}.",
        investigations=inside.count(),
        open_investigations=open_ones.count(),
        missed=late,
        terminations=InvestigationStep.objects.filter(
            investigation__in=inside, action=DisciplinaryAction.TERMINATION
        ).count(),
        attention="Deadlines of investigations missed: {late}. Their investigators find them under Investigations.",
        late=late,
        route="investigations:index",
    )
